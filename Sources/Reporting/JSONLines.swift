import Files
import Foundation

/// One JSON object per line and event, appended and handed to the system at once: nothing is lost when the
/// process is killed.
///
/// A stage that goes on after step n drops the lines of its later steps, so that no step occurs twice.
public final class JSONLines: Sink {
  private let path: String
  private let now: () -> Double
  private var handle: FileHandle?
  private var stage: String?

  /// Appends to the file at `path`; half a line at its end, left by a kill, is removed.
  ///
  /// `now` gives the seconds since 1970 that each line carries; without it, the clock of the machine does.
  public init(path: String, now: (() -> Double)? = nil) throws(ReportingError) {
    self.path = path
    self.now = now ?? { Date().timeIntervalSince1970 }
    if let text = try readReport(path), !text.isEmpty, !text.hasSuffix("\n") {
      let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
      try replace(with: String(whole))
    }
    try open()
  }

  /// Appends the line of `event`.
  public func receive(_ event: Event) throws(ReportingError) {
    if case .stageStarted(let start) = event {
      stage = start.stage
      try dropSteps(of: start.stage, after: start.resumedAfter)
    }
    do {
      try handle?.write(contentsOf: Data((line(event).compact + "\n").utf8))
    } catch {
      throw .unwritable(path: path, reason: ReportingError.reason(error))
    }
  }

  private func open() throws(ReportingError) {
    let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private func replace(with text: String) throws(ReportingError) {
    do { try AtomicFile.write(text, to: path) } catch { throw ReportingError(error) }
  }

  private func dropSteps(of stage: String, after step: Int) throws(ReportingError) {
    let text = try readReport(path) ?? ""
    let lines = text.split(separator: "\n")
    let kept = lines.filter { line in
      guard line.contains("\"kind\":\"train\""), let value = try? JSON(parsing: String(line)) else {
        return true
      }
      return value["stage"] != .text(stage) || (value["step"]?.double ?? 0) <= Double(step)
    }
    guard kept.count < lines.count else { return }
    try replace(with: kept.map { $0 + "\n" }.joined())
    try open()
  }

  private func line(_ event: Event) -> JSON {
    var line: JSON = [:]
    switch event {
    case .stageStarted(let start):
      line = ["kind": "start", "stage": .text(start.stage), "after": JSON(start.resumedAfter)]
      if let steps = start.steps { line["steps"] = JSON(steps) }
    case .stageSkipped(let stage, let reason):
      line = ["kind": "skip", "stage": .text(stage), "reason": .text(reason)]
    case .stageFinished(let stage, let seconds):
      line = ["kind": "finish", "stage": .text(stage), "seconds": JSON(seconds)]
    case .step(let step): line = train(step)
    case .metric(let metric):
      line = [
        "kind": "metric", "name": .text(metric.name), "value": JSON(metric.value),
        "split": .text(metric.split),
        "images": JSON(metric.images),
      ]
      if let stage { line["stage"] = .text(stage) }
    case .classTable(let table): line = classes(table)
    case .note(let text): line = ["kind": "note", "text": .text(text)]
    case .warning(let text): line = ["kind": "warning", "text": .text(text)]
    case .picture(let path, let caption):
      line = ["kind": "picture", "path": .text(path), "caption": .text(caption)]
    }
    line["time"] = JSON((now() * 1000).rounded() / 1000)
    return line
  }

  private func train(_ step: Step) -> JSON {
    var line: JSON = ["kind": "train", "stage": .text(step.stage), "step": JSON(step.number)]
    for term in step.losses { line["loss/\(term.name)"] = JSON(term.value) }
    if let rate = step.learningRate { line["lr"] = JSON(rate) }
    line["seconds"] = JSON(step.seconds)
    line["data_seconds"] = JSON(step.dataSeconds)
    return line
  }

  private func classes(_ table: ClassTable) -> JSON {
    var line: JSON = ["kind": "classes", "title": .text(table.title)]
    for column in table.columns {
      var figures: JSON = .object([])
      for (name, value) in zip(table.classes, column.values) { figures[name] = JSON(value) }
      line[column.title] = figures
      line["mean \(column.title)"] = JSON(column.mean)
    }
    return line
  }
}

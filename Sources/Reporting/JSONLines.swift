import Files
import Foundation

/// One JSON object per line and event, appended and handed to the system at once: nothing is lost when the
/// process is killed, and what is no step is on the disk before the run goes on.
///
/// A stage that goes on after step n drops the lines of its later steps, so that no step occurs twice. The
/// last member of each line, `check`, is the second half of the hash XXH64 of the line without it.
public final class JSONLines: Sink {
  private let path: String
  /// What tells whether the file is still the one that is written to.
  public let file: GrowingFile
  private let now: () -> Double
  private var handle: FileHandle?
  private var stage: String?
  /// The numbers of the lines that were there already and are not as they were written.
  public let damagedLines: [Int]

  /// Appends to the file at `path`; half a line at its end, left by a kill, is removed.
  ///
  /// `now` gives the seconds since 1970 that each line carries; without it, the clock of the machine does.
  ///
  /// - Throws: `ReportingError`, also for a link or a file that has a second name, which are not appended to.
  public init(path: String, now: (() -> Double)? = nil) throws(ReportingError) {
    self.path = path
    file = GrowingFile(path: path)
    self.now = now ?? { Date().timeIntervalSince1970 }
    try Self.requireOwnFile(path)
    let text = try Self.text(path)
    let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
    damagedLines = whole.split(separator: "\n").enumerated().compactMap { index, line in
      Self.isIntact(line) ? nil : index + 1
    }
    if whole.utf8.count < text.utf8.count { try replace(with: String(whole)) }
    try open()
  }

  /// Appends the line of `event`.
  public func receive(_ event: Event) throws(ReportingError) {
    if case .stageStarted(let start) = event {
      stage = start.stage
      try dropSteps(of: start.stage, after: start.resumedAfter)
    }
    do {
      let bytes = Data((Self.checked(line(event).compact) + "\n").utf8)
      try handle?.write(contentsOf: bytes)
      file.grow(by: bytes.count)
      if case .step = event { return }
      try handle?.synchronize()
    } catch {
      throw .unwritable(path: path, reason: ReportingError.reason(error))
    }
  }

  private static let mark = ",\"check\":\""

  private static func checked(_ line: String) -> String {
    line.dropLast() + mark + XXH64.hex(of: line).suffix(8) + "\"}"
  }

  private static func isIntact(_ line: Substring) -> Bool {
    guard let range = line.range(of: mark, options: .backwards) else { return false }
    return checked(line[..<range.lowerBound] + "}") == line
  }

  /// The text of the file, empty if there is none; bytes that are no UTF-8 become marks of replacement.
  private static func text(_ path: String) throws(ReportingError) -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "" }
    do {
      return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    } catch {
      throw .unreadable(path: path, reason: ReportingError.reason(error))
    }
  }

  /// What is appended to may be another file of somebody under this name.
  private static func requireOwnFile(_ path: String) throws(ReportingError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFLNK { throw .unwritable(path: path, reason: "it is a link") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable(path: path, reason: "it is no regular file")
    }
    guard status.st_nlink == 1 else {
      throw .unwritable(path: path, reason: "the file has a second name, where it would change as well")
    }
  }

  private func open() throws(ReportingError) {
    let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    file.open(descriptor)
  }

  private func replace(with text: String) throws(ReportingError) {
    do { try AtomicFile.write(text, to: path) } catch { throw ReportingError(error) }
  }

  private func dropSteps(of stage: String, after step: Int) throws(ReportingError) {
    let text = try Self.text(path)
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

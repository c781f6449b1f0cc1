import Files
import Foundation

/// Events as lines for people: one progress line that renews itself on a terminal, plain lines elsewhere.
public final class Console: Sink {
  /// What the output can do.
  public struct Abilities: Sendable, Equatable {
    /// The cursor can go back, so that a line can renew itself.
    public var isTerminal: Bool
    /// Colours are understood and wanted.
    public var hasColor: Bool
    /// The width in characters.
    public var columns: Int

    /// An output with these abilities.
    public init(isTerminal: Bool, hasColor: Bool = false, columns: Int = 80) {
      self.isTerminal = isTerminal
      self.hasColor = hasColor
      self.columns = columns
    }
  }

  /// The progress line is drawn again after this many seconds at the earliest: 10 Hz.
  private static let redrawInterval = 0.1
  /// Without a terminal, a progress line is due after this many seconds or a tenth of the stage.
  private static let plainInterval = 60.0

  private let abilities: Abilities
  private let now: () -> Double
  private let write: (String) -> Void
  private var progress: StageProgress?
  private var isLineOpen = false
  private var lastDrawn = -Double.infinity
  private var lastTenth = 0

  /// A console that hands its text to `write`; `now` gives seconds from any fixed moment.
  public init(_ abilities: Abilities, now: @escaping () -> Double, write: @escaping (String) -> Void) {
    self.abilities = abilities
    self.now = now
    self.write = write
  }

  /// Shows `event`.
  public func receive(_ event: Event) {
    switch event {
    case .stageStarted(let start): begin(start)
    case .stageSkipped(let stage, let reason): print(tag(stage), " skipped: \(reason)")
    case .stageFinished(let stage, let seconds):
      progress = nil
      print(tag(stage), " finished in \(Formatting.duration(seconds))")
    case .step(let step): show(step)
    case .metric(let metric):
      let value = Span("\(metric.name) \(Formatting.fixed(metric.value, 2))", "1")
      print(prefix + [value, " on \(metric.split) (\(Formatting.count(metric.images, "image")))"])
    case .classTable(let table): for line in table.lines() { print(Span(line)) }
    case .note(let text): print(Span(text))
    case .warning(let text): print(Span("warning:", "33"), " \(text)")
    case .picture(let path, let caption): print(prefix + ["\(caption): \(path)"])
    }
  }

  private func begin(_ start: StageStart) {
    progress = StageProgress(start)
    lastDrawn = -.infinity
    lastTenth = tenth
    let count = start.steps.map { Formatting.count($0, start.unit) } ?? "started"
    let resumed = start.resumedAfter > 0 ? ", going on after \(start.unit) \(start.resumedAfter)" : ""
    print(tag(start.stage), " \(count)\(resumed)")
  }

  private func show(_ step: Step) {
    if progress?.start.stage != step.stage { progress = StageProgress(StageStart(step.stage)) }
    progress?.add(step)
    guard let progress else { return }
    let time = now()
    if abilities.isTerminal {
      guard time - lastDrawn >= Self.redrawInterval else { return }
      let line = "[\(step.stage)] \(progress.line)".printable.prefix(max(abilities.columns - 1, 0))
      write("\r\(line)\u{1B}[K")
      isLineOpen = true
    } else {
      guard time - lastDrawn >= Self.plainInterval || tenth > lastTenth else { return }
      lastTenth = tenth
      print(tag(step.stage), " \(progress.line)")
    }
    lastDrawn = time
  }

  private var tenth: Int { Int((progress?.fraction ?? 0) * 10) }

  /// A part of a line, in a colour or not; what it says cannot move the cursor.
  private struct Span: ExpressibleByStringInterpolation {
    let text: String
    let code: String?

    init(_ text: String, _ code: String? = nil) { (self.text, self.code) = (text.printable, code) }
    init(stringLiteral value: String) { self.init(value) }
  }

  private var prefix: [Span] { progress.map { [tag($0.start.stage), " "] } ?? [] }

  private func tag(_ stage: String) -> Span { Span("[\(stage)]", "36") }

  private func print(_ spans: Span...) { print(spans) }

  private func print(_ spans: [Span]) {
    let line = spans.map { span in
      span.code.map { abilities.hasColor ? "\u{1B}[\($0)m\(span.text)\u{1B}[0m" : span.text } ?? span.text
    }.joined()
    write((isLineOpen ? "\r\u{1B}[K" : "") + line + "\n")
    isLineOpen = false
    if abilities.isTerminal { lastDrawn = -.infinity }
  }
}

extension Console {
  /// A console on the standard output, or on the standard error when the output carries data.
  public static func standard(onError: Bool = false) -> Console {
    let stream = onError ? StandardStream.error : StandardStream.output
    let start = ContinuousClock.now
    return Console(
      Abilities(descriptor: stream.descriptor, environment: ProcessInfo.processInfo.environment),
      now: { (ContinuousClock.now - start) / .seconds(1) },
      write: { stream.write($0) })
  }
}

extension Console.Abilities {
  /// What the output behind `descriptor` can do; `NO_COLOR` and `TERM=dumb` are honoured.
  public init(descriptor: Int32, environment: [String: String]) {
    let isTerminal = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    self.init(
      isTerminal: isTerminal, hasColor: isTerminal && environment["NO_COLOR", default: ""].isEmpty,
      columns: isKnown ? Int(size.ws_col) : 80)
  }
}

/// The course of a stage: where it stands, how fast it goes, when it will be done.
private struct StageProgress {
  /// The share of the past in each smoothed number: about the last 20 steps count.
  private static let memory = 0.95

  let start: StageStart
  private(set) var done: Int
  private var weight = 0.0
  private var seconds = 0.0
  private var dataSeconds = 0.0
  private var losses: [(name: String, value: Double)] = []
  private var learningRate: Float?

  init(_ start: StageStart) {
    self.start = start
    done = start.resumedAfter
  }

  /// Takes a step into account.
  mutating func add(_ step: Step) {
    done = step.number
    learningRate = step.learningRate
    let (old, new) = (Self.memory, 1 - Self.memory)
    weight = old * weight + new
    seconds = old * seconds + new * step.seconds
    dataSeconds = old * dataSeconds + new * step.dataSeconds
    losses = step.losses.map { term in
      let past = losses.first { $0.name == term.name }?.value ?? (weight - new) / old * Double(term.value)
      return (term.name, old * past + new * Double(term.value))
    }
  }

  /// The part of the stage that is done, 0…1; `nil` if the number of steps is not known.
  var fraction: Double? {
    start.steps.map { $0 > 0 ? Double(done) / Double($0) : 1 }
  }

  /// `step 420/1000  3.2 steps/s  cls 0.1234  lr 5.900e-05  data 3 %  ETA 3:01`.
  var line: String {
    var parts = ["\(start.unit) \(done)" + (start.steps.map { "/\($0)" } ?? "")]
    guard weight > 0 else { return parts[0] }
    parts.append(Formatting.rate(secondsPerUnit: seconds / weight, start.unit))
    parts += losses.map { "\($0.name) \(Formatting.significant($0.value / weight))" }
    if let learningRate { parts.append("lr \(Formatting.significant(Double(learningRate)))") }
    if seconds > 0 { parts.append("data \(Formatting.fixed(100 * dataSeconds / seconds, 0)) %") }
    if let steps = start.steps {
      parts.append("ETA \(Formatting.duration(Double(max(steps - done, 0)) * seconds / weight))")
    }
    return parts.joined(separator: "  ")
  }
}

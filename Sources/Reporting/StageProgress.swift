/// The course of a stage: where it stands, how fast it goes, when it will be done.
struct StageProgress {
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

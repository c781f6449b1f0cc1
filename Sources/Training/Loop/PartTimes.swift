/// The time that the parts of a training step take, added up over the steps of this process.
public final class PartTimes {
  private var names: [String] = []
  private var seconds: [String: Double] = [:]
  /// The number of steps so far.
  public private(set) var steps = 0

  /// No time yet.
  public init() {}

  /// Runs `body` and counts its time for the part called `name`.
  public func measure<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { add(start.duration(to: .now) / .seconds(1), to: name) }
    return try body()
  }

  /// Counts further seconds for a part.
  public func add(_ duration: Double, to name: String) {
    if seconds[name] == nil { names.append(name) }
    seconds[name, default: 0] += duration
  }

  /// Ends a step.
  public func finishStep() { steps += 1 }

  /// The mean seconds of each part over the steps, in the order in which the parts first came up.
  public var perStep: [(name: String, seconds: Double)] {
    names.map { ($0, (seconds[$0] ?? 0) / Double(max(steps, 1))) }
  }
}

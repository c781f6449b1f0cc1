import Autograd
import Reporting

/// What one profiled training step took, as a whole and operation by operation.
struct ProfiledStep: Sendable {
  let seconds: Double
  let entries: [Profile.Entry]
}

/// Where the time of a training step goes, and how near each operation comes to the machine's ceilings.
public struct StepProfile: BenchmarkResult {
  /// One operation in one direction.
  struct Row: Encodable, Sendable, Equatable {
    let operation: String
    /// `nil` for what no operation accounts for.
    let direction: Profile.Direction?
    let calls: Int
    /// The median over the steps of the sum over the calls.
    let seconds: Double
    /// The part of the step, 0 … 1.
    let share: Double
    /// Billions of multiplications and additions; of bytes, at least.
    let gflop: Double
    let gigabytes: Double
    /// What limits the operation: the ceiling that it would meet first.
    let ceiling: Ceilings.Kind?
    /// The part of either ceiling that it reaches, 0 … 1; more than 1 is possible where caches spare the way
    /// to memory, or an algorithm multiplications.
    let shareOfArithmeticPeak: Double?
    let shareOfMemoryPeak: Double?

    var gflopPerSecond: Double { seconds > 0 ? gflop / seconds : 0 }
    var gigabytesPerSecond: Double { seconds > 0 ? gigabytes / seconds : 0 }
  }

  let model: String
  let batch: Int
  let size: Int
  let threads: Int
  /// The number of steps that were measured.
  let steps: Int
  /// The measured ceilings.
  let peakGflopPerSecond: Double
  let peakGigabytesPerSecond: Double
  /// The median over the steps.
  let secondsPerStep: Double
  /// The fastest step: far below the median where other programs disturb the measurement.
  let bestSecondsPerStep: Double
  let gflop: Double
  let gflopPerSecond: Double
  let shareOfArithmeticPeak: Double
  /// The slowest first.
  let rows: [Row]

  init(
    model: String, batch: Int, size: Int, threads: Int, ceilings: Ceilings, steps: [ProfiledStep]
  ) {
    self.model = model
    self.batch = batch
    self.size = size
    self.threads = threads
    self.steps = steps.count
    peakGflopPerSecond = ceilings.flopPerSecond / 1e9
    peakGigabytesPerSecond = ceilings.bytesPerSecond / 1e9
    let total = median(steps.map(\.seconds))
    let others = steps.map { step in step.entries.reduce(step.seconds) { $0 - $1.seconds } }
    let other = Row(
      operation: "other", direction: nil, calls: 0, seconds: median(others), share: median(others) / total,
      gflop: 0, gigabytes: 0, ceiling: nil, shareOfArithmeticPeak: nil, shareOfMemoryPeak: nil)
    let rows = Self.rows(steps, ceilings, total: total)
    secondsPerStep = total
    bestSecondsPerStep = steps.map(\.seconds).min() ?? 0
    gflop = rows.reduce(0) { $0 + $1.gflop }
    gflopPerSecond = gflop / total
    shareOfArithmeticPeak = gflop * 1e9 / total / ceilings.flopPerSecond
    self.rows = (rows + [other]).sorted { $0.seconds > $1.seconds }
  }

  /// Every step makes the same calls in the same order, so the entries of all steps stand in one order.
  private static func rows(_ steps: [ProfiledStep], _ ceilings: Ceilings, total: Double) -> [Row] {
    (steps.first?.entries ?? []).enumerated().map { position, entry in
      let seconds = median(steps.map { $0.entries[position].seconds })
      func share(_ count: Int, of ceiling: Double) -> Double? {
        count > 0 && seconds > 0 ? Double(count) / seconds / ceiling : nil
      }
      return Row(
        operation: entry.operation, direction: entry.direction, calls: entry.calls, seconds: seconds,
        share: seconds / total, gflop: Double(entry.flop) / 1e9, gigabytes: Double(entry.bytes) / 1e9,
        ceiling: ceilings.limit(flop: entry.flop, bytes: entry.bytes),
        shareOfArithmeticPeak: share(entry.flop, of: ceilings.flopPerSecond),
        shareOfMemoryPeak: share(entry.bytes, of: ceilings.bytesPerSecond))
    }
  }
}

extension StepProfile.Row {
  private enum CodingKeys: String, CodingKey {
    case operation, direction, calls, seconds, share, gflop, gflopPerSecond, gigabytes, gigabytesPerSecond
    case ceiling, shareOfArithmeticPeak, shareOfMemoryPeak
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(operation, forKey: .operation)
    try container.encodeIfPresent(direction, forKey: .direction)
    try container.encode(calls, forKey: .calls)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(share, forKey: .share)
    try container.encode(gflop, forKey: .gflop)
    try container.encode(gflopPerSecond, forKey: .gflopPerSecond)
    try container.encode(gigabytes, forKey: .gigabytes)
    try container.encode(gigabytesPerSecond, forKey: .gigabytesPerSecond)
    try container.encodeIfPresent(ceiling, forKey: .ceiling)
    try container.encodeIfPresent(shareOfArithmeticPeak, forKey: .shareOfArithmeticPeak)
    try container.encodeIfPresent(shareOfMemoryPeak, forKey: .shareOfMemoryPeak)
  }
}

extension StepProfile {
  public var summary: String {
    let peaks = (Formatting.fixed(peakGflopPerSecond, 0), Formatting.fixed(peakGigabytesPerSecond, 1))
    let best = Formatting.fixed(bestSecondsPerStep * 1e3, 2)
    let network = "\(model), batch \(batch), \(size) × \(size) pixels, \(Formatting.count(threads, "thread"))"
    let time = "median of \(Formatting.count(steps, "step")) (fastest \(best) ms)"
    let title = "\(network), \(time); ceilings: \(peaks.0) GFLOP/s, \(peaks.1) GB/s"
    return ([title] + table.lines()).joined(separator: "\n")
  }

  private var table: TextTable {
    TextTable(
      [
        .text("operation"), .text("direction"), .figures("calls"), .figures("ms"), .figures("share"),
        .figures("GFLOP"), .figures("GFLOP/s"), .figures("of peak"), .figures("GB"), .figures("GB/s"),
        .figures("of peak"), .text("limited by"),
      ],
      rows: rows.map(\.cells),
      totals: [
        "step", "", "", Formatting.fixed(secondsPerStep * 1e3, 2), percent(1), Formatting.fixed(gflop, 2),
        Formatting.fixed(gflopPerSecond, 1), percent(shareOfArithmeticPeak), "", "", "", "",
      ])
  }
}

extension StepProfile.Row {
  fileprivate var cells: [String] {
    let hasArithmetic = gflop > 0
    let hasTraffic = gigabytes > 0
    return [
      operation, direction?.rawValue ?? "", calls > 0 ? "\(calls)" : "", Formatting.fixed(seconds * 1e3, 2),
      percent(share), hasArithmetic ? Formatting.fixed(gflop, 2) : "",
      hasArithmetic ? Formatting.fixed(gflopPerSecond, 1) : "", shareOfArithmeticPeak.map(percent) ?? "",
      hasTraffic ? Formatting.fixed(gigabytes, 3) : "",
      hasTraffic ? Formatting.fixed(gigabytesPerSecond, 1) : "", shareOfMemoryPeak.map(percent) ?? "",
      ceiling?.rawValue ?? "",
    ]
  }
}

private func percent(_ share: Double) -> String { Formatting.fixed(100 * share, 1) + " %" }

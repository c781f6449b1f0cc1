import Autograd
import Reporting

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

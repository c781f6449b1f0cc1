import Autograd
import Foundation

/// How long something took, run after run.
public struct Measurement: Sendable {
  /// The seconds of each run, in order.
  public let seconds: [Double]

  /// The middle of the runs, in seconds; half of them were faster.
  public var median: Double { Benchmarks.median(seconds) }

  /// The fastest run, in seconds: what remains when nothing else runs on the machine.
  public var best: Double { seconds.min() ?? 0 }

  /// Measures `runs` calls of `body` after `warmUp` calls that do not count.
  ///
  /// - Precondition: there is at least one run.
  public init(runs: Int, warmUp: Int, _ body: () -> Void) {
    precondition(runs > 0, "measurement: at least one run is needed, not \(runs)")
    for _ in 0..<warmUp { body() }
    let clock = ContinuousClock()
    seconds = (0..<runs).map { _ in
      let duration = clock.measure(body)
      return Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
    }
  }
}

/// The middle of `values`, or the mean of the two in the middle.
///
/// - Precondition: there is at least one value.
func median(_ values: [Double]) -> Double {
  precondition(!values.isEmpty, "median: there is no value")
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The most physical memory that this program has held so far, in MiB.
///
/// Linux hands the peak of `getrusage` down from the process that started this one, so its own count is
/// asked first.
func peakResidentMebibytes() -> Double {
  let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  if let line = status?.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = Double(line.filter(\.isNumber))
  {
    return kibibytes / 1024
  }
  var usage = rusage()
  getrusage(RUSAGE_SELF.rawValue, &usage)
  return Double(usage.ru_maxrss) / 1024
}

/// A result that prints as text for people, or as one line of JSON.
public protocol BenchmarkResult: Encodable {
  /// The text for people, without a line break at its end.
  var summary: String { get }
}

extension BenchmarkResult {
  /// What to print: one line of JSON with keys in snake_case, or the summary.
  ///
  /// - Throws: `EncodingError` if a figure is no finite number.
  public func line(asJSON: Bool) throws -> String {
    guard asJSON else { return summary }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// The number of threads of a benchmark.
public enum BenchmarkThreads {
  /// Calls `body` with `count` threads, or with all cores.
  public static func with<Result>(_ count: Int?, _ body: () -> Result) -> Result {
    Parallel.$threadLimit.withValue(count ?? Parallel.coreCount, operation: body)
  }
}

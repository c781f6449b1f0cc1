import Autograd
import Foundation
import Testing

@testable import Benchmarks

@Suite struct StepProfileTests {
  /// Two steps of 10 and 12 ms on a machine of 100 GFLOP/s and 10 GB/s.
  private var profile: StepProfile {
    StepProfile(
      model: "net", batch: 2, size: 32, threads: 1,
      ceilings: Ceilings(flopPerSecond: 1e11, bytesPerSecond: 1e10),
      steps: [
        ProfiledStep(
          seconds: 0.010,
          entries: [
            entry("relu", .forward, 3, 0.002, flop: 0, bytes: 10_000_000),
            entry("conv2D", .backward, 2, 0.005, flop: 400_000_000, bytes: 1_000_000),
            entry("permute", .forward, 1, 0.001, flop: 0, bytes: 0),
          ]),
        ProfiledStep(
          seconds: 0.012,
          entries: [
            entry("relu", .forward, 3, 0.003, flop: 0, bytes: 10_000_000),
            entry("conv2D", .backward, 2, 0.006, flop: 400_000_000, bytes: 1_000_000),
            entry("permute", .forward, 1, 0.001, flop: 0, bytes: 0),
          ]),
      ])
  }

  private func entry(
    _ operation: String, _ direction: Profile.Direction, _ calls: Int, _ seconds: Double, flop: Int,
    bytes: Int
  ) -> Profile.Entry {
    var entry = Profile.Entry(operation, direction)
    (entry.calls, entry.seconds, entry.flop, entry.bytes) = (calls, seconds, flop, bytes)
    return entry
  }

  @Test func theTableIsSortedByTimeAndEndsWithTheStep() {
    #expect(
      profile.summary == """
        net, batch 2, 32 × 32 pixels, 1 thread, median of 2 steps (fastest 10.00 ms); \
        ceilings: 100 GFLOP/s, 10.0 GB/s
        operation  direction  calls     ms    share  GFLOP  GFLOP/s  of peak     GB  GB/s  of peak  limited by
        ──────────────────────────────────────────────────────────────────────────────────────────────────────
        conv2D     backward       2   5.50   50.0 %   0.40     72.7   72.7 %  0.001   0.2    1.8 %  arithmetic
        relu       forward        3   2.50   22.7 %                           0.010   4.0   40.0 %  memory
        other                         2.00   18.2 %
        permute    forward        1   1.00    9.1 %
        ──────────────────────────────────────────────────────────────────────────────────────────────────────
        step                         11.00  100.0 %   0.40     36.4   36.4 %
        """)
  }

  @Test func aModelIsProfiledAsOneLineOfJSON() throws {
    let line = try NetworkBenchmark(model: "vit-tiny", batch: 1, size: 32).profile(2).line(asJSON: true)
    #expect(!line.contains("\n"))
    let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "model", "batch", "size", "threads", "steps", "peak_gflop_per_second", "peak_gigabytes_per_second",
        "seconds_per_step", "best_seconds_per_step", "gflop", "gflop_per_second", "share_of_arithmetic_peak",
        "rows",
      ])
    let rows = try #require(object["rows"] as? [[String: Any]])
    let linear = try #require(
      rows.first { $0["operation"] as? String == "linear" && $0["direction"] as? String == "backward" })
    #expect(
      Set(linear.keys) == [
        "operation", "direction", "calls", "seconds", "share", "gflop", "gflop_per_second", "gigabytes",
        "gigabytes_per_second", "ceiling", "share_of_arithmetic_peak", "share_of_memory_peak",
      ])
    // Two in the attention of each of twelve blocks, and the classifier.
    #expect(linear["calls"] as? Int == 25)
    let names = rows.map { "\($0["operation"] ?? "") \($0["direction"] ?? "")" }
    #expect(names.contains("optimizer update") && names.contains("attention forward"))
    let seconds = rows.compactMap { $0["seconds"] as? Double }
    #expect(seconds == seconds.sorted(by: >))
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct BenchmarkTests {
  @Test func profilePrintsATableThatEndsWithTheStep() throws {
    let result = try runCommand(
      "benchmark",
      [
        "profile", "--model", "squeezenet1_1", "--batch", "1", "--size", "32", "--steps", "1", "--threads",
        "1",
      ])
    #expect(result.status == 0, "\(result.stderr)")
    let lines = result.stdout.split(separator: "\n")
    #expect(
      lines.first?.hasPrefix("squeezenet1_1, batch 1, 32 × 32 pixels, 1 thread, median of 1 step (fastest ")
        == true)
    #expect(lines.contains { $0.hasPrefix("conv2D 1×1 ") })
    #expect(lines.last?.hasPrefix("step ") == true)
  }
}

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

  @Test func camPrintsOneLineOfJSON() throws {
    let arguments = ["cam", "--model", "vit-tiny", "--size", "32", "--steps", "1", "--json"]
    let result = try runCommand("benchmark", arguments)
    #expect(result.status == 0, "\(result.stderr)")
    let object = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any]
    #expect(object?["model"] as? String == "vit-tiny")
    #expect(object?["batch"] as? Int == 1)
  }

  /// A program that the system keeps on one core must not split its work over two threads there.
  @Test func threadsFollowTheCoresThatTheSystemAllows() throws {
    let arguments = ["cam", "--model", "squeezenet1_1", "--size", "32", "--steps", "1", "--json"]
    let result = try runCommand("benchmark", arguments, launcher: ["taskset", "-c", "0"])
    #expect(result.status == 0, "\(result.stderr)")
    let object = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any]
    #expect(object?["threads"] as? Int == 1)
  }
}

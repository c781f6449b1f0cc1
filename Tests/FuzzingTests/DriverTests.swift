import Foundation
import TestSupport
import Testing

/// The reader `self-test` fails in every way there is; its inputs have the numbers 0 to 7.
@Suite struct DriverTests {
  @Test func goesOnBehindEveryFailure() throws {
    try withTemporaryFolder { folder in
      let result = try runCommand(
        "fuzz",
        ["--reader", "self-test", "--inputs", "8", "--seconds", "0.2", "--workers", "2"],
        directory: folder)
      #expect(result.status == 1)
      #expect(result.stderr == "error: 5 inputs lie in Findings; mend the readers and try again\n")
      let lines = result.stdout.split(separator: "\n").map(String.init)
      #expect(
        Set(lines.filter { $0.hasPrefix("Findings/") }) == [
          "Findings/self-test-1-2: crash (signal 4)", "Findings/self-test-1-3: hang",
          "Findings/self-test-1-4: hang", "Findings/self-test-1-5: memory",
          "Findings/self-test-1-6: disagreement (one is two)",
        ])
      let row = lines.first { $0.hasPrefix("self-test ") }?.split(separator: " ").map(String.init)
      #expect(row?.prefix(5) == ["self-test", "8", "2", "1", "5"])
      let input = try String(contentsOfFile: folder + "/Findings/self-test-1-6", encoding: .utf8)
      #expect(input == "disagree")
      let note = try String(contentsOfFile: folder + "/Findings/self-test-1-3.txt", encoding: .utf8)
      #expect(note.hasPrefix("hang\nfuzz --reader self-test --seed 1 --input 3\n"))
    }
  }

  @Test func oneInputIsTriedAgain() throws {
    try withTemporaryFolder { folder in
      let result = try runCommand("fuzz", ["--reader", "self-test", "--input", "6"], directory: folder)
      #expect(result.status == 1)
      #expect(result.stdout.hasPrefix("Findings/self-test-1-6: disagreement (one is two)\n"))
      let good = try runCommand("fuzz", ["--reader", "self-test", "--input", "0"], directory: folder)
      #expect(good.status == 0)
    }
  }

  @Test func acceptedInputsAreKeptWithWhatWasRead() throws {
    try withTemporaryFolder { folder in
      let result = try runCommand(
        "fuzz", ["--reader", "mask", "--inputs", "30", "--kept", "Kept"], directory: folder)
      #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
      let read = try Data(contentsOf: URL(fileURLWithPath: folder + "/Kept/mask-0.read"))
      #expect(read.starts(with: Array("P5 5 4 255\n".utf8)))
    }
  }

  @Test(arguments: [
    (["--reader", "tiff"], "there is no such reader"), (["--input", "3"], "name it with --reader"),
    (["--inputs", "0"], "begin at 1"), (["--seconds=-1"], "begin at 1"),
  ])
  func wrongOptionsAreRefused(arguments: [String], reason: String) throws {
    let result = try runCommand("fuzz", arguments)
    #expect(result.status == 1)
    #expect(result.stderr.contains(reason))
    #expect(result.stderr.split(separator: "\n").count == 1)
  }
}

import Foundation
import TestSupport
import Testing

@testable import Autograd

@Suite struct MemoryTests {
  private static let mebibyte = 1 << 20

  /// The free bytes of a machine with these files.
  private func free(_ files: [String: String]) throws -> Int? {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      let url = URL(fileURLWithPath: folder.path + "/" + name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return FreeMemory(root: folder.path).bytes
  }

  @Test func whatTheSystemSaysIsFree() throws {
    #expect(try #require(FreeMemory().bytes) > Self.mebibyte)
    #expect(try free([:]) == nil)
    #expect(try free(["proc/meminfo": "MemTotal: 9 kB\nMemAvailable:  400 kB\n"]) == 400 << 10)
    let swapping = "MemAvailable: 400 kB\nSwapTotal: 70 kB\nSwapFree: 30 kB\n"
    #expect(try free(["proc/meminfo": swapping]) == 430 << 10)
  }

  /// What a group keeps of files gives way to tensors.
  @Test func aControlGroupAllowsLess() throws {
    var files = [
      "proc/meminfo": "MemAvailable: 4000 kB\n", "sys/fs/cgroup/memory.max": "900000\n",
      "sys/fs/cgroup/memory.current": "700000\n",
    ]
    #expect(try free(files) == 200_000)
    files["sys/fs/cgroup/memory.stat"] = "anon 90000\ninactive_file 400000\nactive_file 50000\n"
    #expect(try free(files) == 650_000)
    files["sys/fs/cgroup/memory.max"] = "max\n"
    #expect(try free(files) == 4000 << 10)
    files["sys/fs/cgroup/memory/memory.limit_in_bytes"] = "1000000\n"
    files["sys/fs/cgroup/memory/memory.usage_in_bytes"] = "1000001\n"
    #expect(try free(files) == 0)
    files["sys/fs/cgroup/memory/memory.stat"] = "inactive_file 1\nactive_file 4\n"
    #expect(try free(files) == 4)
  }

  @Test func aBufferFitsIntoWhatIsFree() {
    #expect(MemoryLook(missing: 5, free: 5).fits)
    #expect(!MemoryLook(missing: 6, free: 5).fits)
    #expect(MemoryLook(missing: 0, free: 0).fits)
  }

  /// Where little is left, the next look comes before it can be used up.
  @Test(arguments: [0, 1, 100, 256, 300, 10_000]) func theNextLookComesInTime(free: Int) {
    let look = MemoryLook(missing: 0, free: free * Self.mebibyte)
    #expect(look.untilNext <= look.free / 4 && look.untilNext <= 64 * Self.mebibyte)
    #expect(free < 256 || look.untilNext == 64 * Self.mebibyte)
  }

  /// Runs alone in its own process: other tests write to the same pages.
  @Test func pagesThatWereWrittenAreBacked() async {
    await #expect(processExitsWith: .success) {
      let (size, written) = (64 << 20, 16 << 20)
      var arena = Arena()
      guard let start = arena.take(size), let memory = UnsafeMutableRawPointer(bitPattern: start) else {
        preconditionFailure("no address space")
      }
      precondition(arena.freshBytes == size && Arena.unbackedBytes(start, size) == size)
      memset(memory, 1, written)
      let missing = Arena.unbackedBytes(start, size)
      precondition((size - written - (4 << 20)...size - written).contains(missing), "\(missing)")
      arena.give(start, size)
      precondition(arena.take(size) == start && arena.freshBytes == size)
      arena.give(start, size)
      arena.release()
      precondition(arena.take(size) == start && arena.freshBytes == 2 * size)
      precondition(Arena.unbackedBytes(start, size) == size)
    }
  }

  /// The memory that waits for reuse is no reason to end: it is used again, or given back.
  @Test func whatTheArenaHoldsIsUsedAgain() async {
    await #expect(processExitsWith: .success) {
      for extent in [30, 20, 25, 40, 10] {
        let tensors = (0..<4).map { Tensor(repeating: Float($0), shape: [extent << 16]) }
        precondition(tensors.map { $0.maximum().scalar } == [0, 1, 2, 3])
      }
    }
  }

  @Test func theLastLineNamesWhatIsMissing() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([1 << 20, 1 << 20])
    }
    let line = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      line.contains("error: out of memory: tensors hold 0.0 GiB and need 4096.0 GiB more, but "), "\(line)")
    #expect(line.hasSuffix(" GiB are free; use a smaller crop, batch, scale or picture\n"))
  }
}

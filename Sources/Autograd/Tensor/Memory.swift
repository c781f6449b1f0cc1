import Foundation

/// The memory of the machine, and what happens when tensors need more.
public enum Memory {
  /// The bytes that this process may use: those of the machine, or of the control group that it runs in.
  public static let total: Int = {
    let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    let limits = groups.compactMap { path in
      (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
        Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return limits.filter { $0 > 0 }.reduce(machine, min)
  }()

  /// Ends the process with one line: no operation can go on without its result.
  ///
  /// What is on the disk is whole, so that a training goes on from its last checkpoint. Without this, the
  /// system would end the process, or another one, without a word.
  static func end(live: Int, needed: Int) -> Never {
    let free = [FreeMemory().bytes, FreeMemory().addresses].compactMap(\.self).min() ?? total
    let line =
      "error: out of memory: tensors hold \(gibibytes(live)) and need \(gibibytes(needed)) more, but "
      + "\(gibibytes(free)) are free; use a smaller crop, batch, scale or picture\n"
    let bytes = Array(line.utf8)
    _ = write(2, bytes, bytes.count)
    _exit(1)
  }

  /// `1.5 GiB`.
  public static func gibibytes(_ bytes: Int) -> String {
    String(format: "%.1f GiB", locale: nil, Double(bytes) / Double(1 << 30))
  }
}

/// What a look at the memory of the machine tells about a buffer that was just handed out.
struct MemoryLook: Equatable {
  /// The bytes by which tensors may grow at most before the next look.
  static let step = 64 << 20

  /// The bytes of the buffer that no memory backs yet.
  let missing: Int
  /// The bytes that the machine can give.
  let free: Int

  /// Whether the buffer can be written.
  var fits: Bool { missing <= free }
  /// The bytes by which tensors may grow before the next look: fewer the less is left.
  var untilNext: Int { min(Self.step, max(0, free - missing) / 4) }
}

import Foundation

/// How much memory the process can still get.
package struct FreeMemory: Sendable {
  /// What stands before `/proc` and `/sys`.
  private let root: String

  /// The memory of the machine; files below `root` take the place of the system's.
  package init(root: String = "") { self.root = root }

  /// The bytes that system and control group still allow, swap included; `nil` if neither says.
  ///
  /// Files that are kept in memory give way, so they count as free.
  package var bytes: Int? {
    let available = field("MemAvailable:", of: "/proc/meminfo")
    let system = available.map { ($0 + (field("SwapFree:", of: "/proc/meminfo") ?? 0)) << 10 }
    let groups = "/sys/fs/cgroup"
    let version2 = group(limit: "\(groups)/memory.max", usage: "\(groups)/memory.current", groups)
    let old = "\(groups)/memory"
    let version1 = group(
      limit: "\(old)/memory.limit_in_bytes", usage: "\(old)/memory.usage_in_bytes", old)
    return [system, version2, version1].compactMap(\.self).min()
  }

  /// What is left of a limited address space, in bytes; `nil` without a limit.
  package var addresses: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max),
      let used = field("VmSize:", of: "/proc/self/status")
    else { return nil }
    return max(0, Int(limit.rlim_cur) - used << 10)
  }

  private func group(limit: String, usage: String, _ folder: String) -> Int? {
    guard let limit = number(in: limit), let usage = number(in: usage), usage >= 0 else { return nil }
    let files = ["inactive_file", "active_file"].compactMap { field($0, of: "\(folder)/memory.stat") }
    return max(0, limit - max(0, usage - files.reduce(0, +)))
  }

  private func number(in path: String) -> Int? {
    text(of: path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The number behind a word that begins a line.
  private func field(_ name: String, of path: String) -> Int? {
    let lines = text(of: path)?.split(separator: "\n").lazy.map { $0.split(whereSeparator: \.isWhitespace) }
    return lines?.first { $0.first.map { $0 == name } ?? false }?.dropFirst().first.flatMap { Int($0) }
  }

  private func text(of path: String) -> String? { try? String(contentsOfFile: root + path, encoding: .utf8) }
}

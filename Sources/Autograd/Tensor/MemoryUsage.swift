/// How much memory tensors take, in bytes.
public struct MemoryUsage: Equatable, Sendable {
  /// The bytes that tensors hold.
  public let live: Int
  /// The bytes of released tensors that wait for the next ones.
  public let idle: Int

  /// The usage of this process right now.
  public static var current: MemoryUsage {
    MemoryUsage(live: BufferPool.shared.liveBytes, idle: BufferPool.shared.idleBytes)
  }
}

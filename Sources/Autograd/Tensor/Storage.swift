/// The memory of a tensor: 64-byte aligned floats that go back to the pool with the last reference.
///
/// `@unchecked Sendable` holds because a storage is written only while one owner has it: by whoever makes it,
/// before a tensor that others hold exists, or by `Tensor.mutate`, which copies it first unless it is
/// uniquely referenced. Several threads of that owner write disjoint parts; `packings` has its own lock.
final class Storage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let capacity: Int
  /// What products have packed of these values.
  let packings = Packings()

  /// Memory for `count` values; its contents are undefined.
  init(count: Int) {
    self.count = count
    capacity = BufferPool.capacity(forBytes: count * MemoryLayout<Float>.stride)
    base = BufferPool.shared.take(capacity: capacity).assumingMemoryBound(to: Float.self)
  }

  deinit {
    BufferPool.shared.give(UnsafeMutableRawPointer(base), capacity: capacity)
  }
}

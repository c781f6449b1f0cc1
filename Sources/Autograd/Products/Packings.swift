import Synchronization

/// What products have packed of a storage's values, for the next ones that read the same values.
///
/// The weights of a network in use are constants: each layer packs its own once, and not again for every
/// image, scale and mirror image. That takes as much memory again as the weights, several times as much for
/// the planes of Winograd's kernels, until the values change or go.
struct Packings: ~Copyable, Sendable {
  /// Which part of the values was packed, and for what.
  enum Key: Hashable {
    /// The right operand of a linear layer.
    case linear(inputs: Int, outputs: Int)
    /// One group of a convolution's kernel.
    case kernel(depth: Int, outputs: Int, firstOutput: Int)
    /// The planes of a kernel.
    case planes(inputs: Int, outputs: Int)
  }

  private let kept = Mutex<[Key: [PackedColumns]]>([:])

  /// What was kept for `key`, or what `pack` makes; that is kept from now on if it `isKept`.
  func callAsFunction(_ key: Key, isKept: Bool, _ pack: () -> [PackedColumns]) -> [PackedColumns] {
    if let columns = kept.withLock({ $0[key] }) { return columns }
    let columns = pack()
    if isKept { kept.withLock { $0[key] = columns } }
    return columns
  }

  /// Forgets everything: the values are about to change.
  func removeAll() { kept.withLock { $0 = [:] } }
}

extension Tensor {
  /// The columns that `pack` makes of these values, from the last time if there was one.
  ///
  /// They are kept for constants only: what a training step tracks changes at its end.
  func packed(
    _ key: Packings.Key, _ pack: (_ values: UnsafePointer<Float>) -> [PackedColumns]
  ) -> [PackedColumns] {
    storage.packings(key, isKept: !isTracked) { withPointer(pack) }
  }
}

/// The 36 planes of a Winograd transform: matrices of equal size that share one storage.
struct PlaneStack: Sendable {
  static let planes = 36

  /// The values of a line of each plane.
  let width: Int
  private let pitch: Int
  private let storage: Storage

  /// Planes of `lines` × `width` values, which are undefined.
  init(lines: Int, width: Int) {
    self.width = width
    // Planes do not start at equal places of a page, which would crowd lines of the same number into a few
    // sets of the cache.
    pitch = (lines * width + 1023) / 1024 * 1024 + 48
    storage = Storage(count: Self.planes * pitch)
  }

  /// Where a line of a plane starts.
  func line(_ line: Int, of plane: Int) -> UnsafeMutablePointer<Float> {
    storage.base + plane * pitch + line * width
  }

  /// A whole plane, to be read.
  func matrix(_ plane: Int) -> MatrixView { MatrixView(line(0, of: plane), stride: width) }

  /// A plane as packed columns of `depth` lines, which are still to be written.
  func columns(_ plane: Int, depth: Int) -> PackedColumns {
    PackedColumns(depth: depth, columns: width, in: storage, at: plane * pitch)
  }
}

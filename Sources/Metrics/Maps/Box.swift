import Autograd

/// A rectangle of whole pixels; its last column and its last row belong to it, as in annotations of ILSVRC
/// and VOC.
public struct Box: Sendable, Hashable {
  /// The first column.
  public let left: Int
  /// The first row.
  public let top: Int
  /// The last column.
  public let right: Int
  /// The last row.
  public let bottom: Int

  /// A box from its first to its last pixel.
  ///
  /// - Precondition: it holds a pixel.
  public init(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int) {
    precondition(
      left <= right && top <= bottom, "box: (\(left), \(top)) to (\(right), \(bottom)) holds no pixel")
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  /// The number of pixels.
  public var area: Int { (right - left + 1) * (bottom - top + 1) }

  /// The intersection over union with another box, 0 to 1.
  public func overlap(with other: Box) -> Double {
    let width = min(right, other.right) - max(left, other.left) + 1
    let height = min(bottom, other.bottom) - max(top, other.top) + 1
    guard width > 0, height > 0 else { return 0 }
    let both = width * height
    return Double(both) / Double(area + other.area - both)
  }

  /// The box of the same part of a picture that is resized, in whole pixels cut down.
  ///
  /// - Precondition: both sizes hold a pixel.
  public func scaled(from old: (width: Int, height: Int), to new: (width: Int, height: Int)) -> Box {
    precondition(
      min(old.width, old.height, new.width, new.height) > 0, "box: a size of \(old) or \(new) holds no pixel")
    return Box(
      left * new.width / old.width, top * new.height / old.height, right * new.width / old.width,
      bottom * new.height / old.height)
  }

  /// Whether each pixel of a picture lies in one of the boxes, row by row.
  public static func mask(of boxes: [Box], width: Int, height: Int) -> [Bool] {
    var mask = [Bool](repeating: false, count: width * height)
    for box in boxes {
      for y in max(0, box.top)..<max(max(0, box.top), min(height, box.bottom + 1)) {
        for x in max(0, box.left)..<max(max(0, box.left), min(width, box.right + 1)) {
          mask[y * width + x] = true
        }
      }
    }
    return mask
  }
}

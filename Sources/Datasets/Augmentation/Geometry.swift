import Autograd

/// A rectangle of pixels; the right and the bottom edge are outside.
public struct Box: Sendable, Hashable {
  /// The first column.
  public var left: Int
  /// The first row.
  public var top: Int
  /// The column after the last one.
  public var right: Int
  /// The row after the last one.
  public var bottom: Int

  /// Creates a box from its edges.
  public init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Whether the box holds no pixel.
  public var isEmpty: Bool { right <= left || bottom <= top }

  /// Whether a pixel lies inside.
  public func contains(x: Int, y: Int) -> Bool {
    x >= left && x < right && y >= top && y < bottom
  }
}

/// How one sample was scaled, flipped, padded and cropped, in this order.
///
/// The record is drawn once per sample and applied to everything that belongs to it, so that image, mask,
/// boxes and maps stay on top of each other.
public struct Geometry: Sendable, Hashable {
  /// The columns of the sample as it was read.
  public let sourceWidth: Int
  /// The rows of the sample as it was read.
  public let sourceHeight: Int
  /// The columns after scaling.
  public let scaledWidth: Int
  /// The rows after scaling.
  public let scaledHeight: Int
  /// Whether left and right were exchanged, after scaling.
  public let isFlipped: Bool
  /// Where the scaled picture's left edge stands on the padded canvas.
  public let padLeft: Int
  /// Where the scaled picture's top edge stands on the padded canvas.
  public let padTop: Int
  /// The first column of the canvas that is kept.
  public let cropLeft: Int
  /// The first row of the canvas that is kept.
  public let cropTop: Int
  /// The columns that are kept.
  public let width: Int
  /// The rows that are kept.
  public let height: Int

  /// Creates the geometry that leaves a picture as it is.
  public init(width: Int, height: Int) {
    self.init(sourceWidth: width, sourceHeight: height, width: width, height: height)
  }

  /// Creates a geometry from its parts; those left out do nothing.
  ///
  /// - Precondition: all extents are positive.
  public init(
    sourceWidth: Int, sourceHeight: Int, scaledWidth: Int? = nil, scaledHeight: Int? = nil,
    isFlipped: Bool = false, padLeft: Int = 0, padTop: Int = 0, cropLeft: Int = 0, cropTop: Int = 0,
    width: Int, height: Int
  ) {
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    self.scaledWidth = scaledWidth ?? sourceWidth
    self.scaledHeight = scaledHeight ?? sourceHeight
    self.isFlipped = isFlipped
    self.padLeft = padLeft
    self.padTop = padTop
    self.cropLeft = cropLeft
    self.cropTop = cropTop
    self.width = width
    self.height = height
    precondition(
      [sourceWidth, sourceHeight, self.scaledWidth, self.scaledHeight, width, height].allSatisfy { $0 > 0 },
      "geometry: an extent of \(self) is not positive")
  }

  /// The part of the result that shows the picture; everything outside is padding.
  public var box: Box {
    Box(
      left: min(max(left, 0), width), top: min(max(top, 0), height),
      right: min(max(left + scaledWidth, 0), width), bottom: min(max(top + scaledHeight, 0), height))
  }

  /// Where a box of the source comes to lie, clipped to the result; edges are rounded to whole pixels.
  public func applied(to box: Box) -> Box {
    let x = Float(scaledWidth) / Float(sourceWidth)
    let y = Float(scaledHeight) / Float(sourceHeight)
    var first = Int((Float(box.left) * x).rounded())
    var last = Int((Float(box.right) * x).rounded())
    if isFlipped { (first, last) = (scaledWidth - last, scaledWidth - first) }
    return Box(
      left: min(max(left + first, 0), width),
      top: min(max(top + Int((Float(box.top) * y).rounded()), 0), height),
      right: min(max(left + last, 0), width),
      bottom: min(max(top + Int((Float(box.bottom) * y).rounded()), 0), height))
  }

  /// The column of the result where the scaled picture begins; negative if it is cut off.
  var left: Int { padLeft - cropLeft }

  /// The row of the result where the scaled picture begins; negative if it is cut off.
  var top: Int { padTop - cropTop }

  /// The column of the scaled, unflipped picture that column `x` of the result shows.
  func scaledColumn(_ x: Int) -> Int { isFlipped ? scaledWidth - 1 - (x - left) : x - left }

  /// The row of the scaled picture that row `y` of the result shows.
  func scaledRow(_ y: Int) -> Int { y - top }
}

import Autograd

/// A mask laid over its picture: each object tinted in its colour, with a solid outline.
///
/// Background (id 0) stays as it is; ignored pixels (255) are tinted like a class.
public struct Overlay: Sendable {
  /// The finished picture.
  public let image: Image

  /// Lays `labels` over `image` with the colours of its palette.
  ///
  /// - Precondition: both have the same size, and the opacity is 0 to 1.
  public init(image: Image, labels: LabelMap, opacity: Float = 0.5, outline: Bool = true) {
    precondition(
      image.width == labels.width && image.height == labels.height,
      "overlay: the mask is \(labels.width) × \(labels.height), the picture \(image.width) × \(image.height)")
    precondition((0...1).contains(opacity), "overlay: the opacity \(opacity) is outside 0…1")
    var result = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        let id = labels[x, y]
        if id == 0 { continue }
        let share = outline && labels.isEdge(x, y) ? 1 : opacity
        result[x, y] = image[x, y].mixed(with: labels.palette[id], share)
      }
    }
    self.image = result
  }

  /// Writes the picture as a PNG.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  public func writePNG(to path: String) throws(ImageError) {
    try image.writePNG(to: path)
  }
}

extension LabelMap {
  /// Whether one of the four neighbours inside the mask has another id.
  fileprivate func isEdge(_ x: Int, _ y: Int) -> Bool {
    let id = self[x, y]
    return x > 0 && self[x - 1, y] != id || x + 1 < width && self[x + 1, y] != id
      || y > 0 && self[x, y - 1] != id || y + 1 < height && self[x, y + 1] != id
  }
}

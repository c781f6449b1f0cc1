import Autograd
import Imaging
import TestSupport

extension Golden {
  /// The picture that a script stored as `[height, width, 3]`.
  func image(_ name: String) throws -> Image {
    let tensor = try self[name]
    return Image(width: tensor.shape[1], height: tensor.shape[0], pixels: tensor.scalars.map { UInt8($0) })
  }
}

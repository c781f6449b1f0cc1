import Autograd
import Foundation
import Imaging
import TestSupport

/// The path of a picture in `Tests/Golden/images`.
func fixture(_ name: String) -> String { Golden.directory + "/images/" + name }

/// The path of a file in `<repository>/../shared`, or in the folder that `SEEDLING_SHARED` names.
func shared(_ name: String) -> String {
  let folder =
    ProcessInfo.processInfo.environment["SEEDLING_SHARED"]
    ?? URL(fileURLWithPath: Golden.directory).appendingPathComponent("../../../shared").standardized.path
  return folder + "/" + name
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

extension Tensor {
  /// The values as bytes.
  var bytes: [UInt8] { scalars.map { UInt8($0) } }
}

/// A picture with edges and texture in every channel.
func testPicture(_ width: Int, _ height: Int) -> Image {
  var pixels: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      pixels.append(UInt8((x * 7 + y * 3) % 256))
      pixels.append(UInt8((x * y) % 256))
      pixels.append((x / 4 + y / 4) % 2 == 0 ? 230 : 20)
    }
  }
  return Image(width: width, height: height, pixels: pixels)
}

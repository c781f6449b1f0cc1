/// What can be wrong with a picture or mask file.
public enum ImageError: Error, Sendable, Equatable {
  case cannotRead(path: String, reason: String)
  case empty(path: String)
  case unknownFormat(path: String, found: String)
  case truncated(path: String, format: String)
  case corrupt(path: String, format: String, reason: String)
  case cmyk(path: String)
  case jpegCoding(path: String, coding: String)
  case tooLarge(path: String, width: Int, height: Int)
  case tooDense(path: String, width: Int, height: Int, fileSize: Int)
  case rgbMask(path: String)
  case wideAlphaMask(path: String)
  case jpegMask(path: String)
  case maskIdAbove255(path: String, id: Int)
  case cannotWrite(path: String, reason: String)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .empty(let path):
      "\(path): the file is empty (0 bytes); copy it again"
    case .unknownFormat(let path, let found):
      "\(path): neither a PNG nor a JPEG file (\(found)); convert it to PNG or JPEG"
    case .truncated(let path, let format):
      "\(path): truncated: the \(format) data ends before the last row; copy the file again"
    case .corrupt(let path, let format, let reason):
      "\(path): damaged \(format) file (\(reason)); copy it again, or open and save it with another program"
    case .cmyk(let path):
      "\(path): a CMYK JPEG, which has no defined RGB colours; convert it to an RGB JPEG or PNG"
    case .jpegCoding(let path, let coding):
      """
      \(path): a JPEG file that cannot be decoded (\(coding), which is rare); save it as a baseline JPEG or \
      as PNG
      """
    case .tooLarge(let path, let width, let height):
      "\(path): \(width) × \(height) pixels are more than \(PixelSize.limit); scale the picture down"
    case .tooDense(let path, let width, let height, let fileSize):
      """
      \(path): \(width) × \(height) pixels in \(fileSize) bytes, for which decoding would take more than 1 \
      GiB; no photograph is packed so densely: scale the picture down
      """
    case .rgbMask(let path):
      """
      \(path): an RGB picture, where a mask holds one class id per pixel; \
      map its colours to ids and save it as a palette or grey PNG
      """
    case .wideAlphaMask(let path):
      "\(path): a mask of 16 bits with transparency; save it as a palette or grey PNG"
    case .jpegMask(let path):
      "\(path): a JPEG file, which does not keep class ids exactly; save the mask as a palette or grey PNG"
    case .maskIdAbove255(let path, let id):
      "\(path): holds the class id \(id), where a mask has 0 to 254 and 255 for ignore; renumber the classes"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, its permissions and the free space"
    }
  }
}

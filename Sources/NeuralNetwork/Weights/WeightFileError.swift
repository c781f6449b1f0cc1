/// What can be wrong with a weight file.
public enum WeightFileError: Error, Sendable, Equatable {
  case cannotRead(path: String, reason: String)
  case truncated(path: String, needed: Int, found: Int)
  case badHeader(path: String, reason: String)
  case unsupportedType(path: String, name: String, type: String)
  case badShape(path: String, name: String, shape: [Int])
  case badOffsets(path: String, name: String, offsets: [Int])
  case wrongSize(path: String, name: String, expected: Int, found: Int)
  case overlap(path: String, name: String, other: String)
  case hole(path: String, offset: Int, length: Int)
  case noSuchTensor(path: String, name: String)
  case cannotWrite(path: String, reason: String)
}

extension WeightFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .truncated(let path, let needed, let found):
      "\(path): truncated: the header promises \(needed) bytes but the file has \(found); copy it again"
    case .badHeader(let path, let reason):
      "\(path): not a safetensors file (\(reason)); convert the weights to safetensors"
    case .unsupportedType(let path, let name, let type):
      "\(path): tensor \(name) has type \(type), which is not supported; convert it to F32, F16, BF16 or I64"
    case .badShape(let path, let name, let shape):
      "\(path): tensor \(name) has the impossible shape \(shape); write the file again"
    case .badOffsets(let path, let name, let offsets):
      "\(path): tensor \(name) has the impossible offsets \(offsets); write the file again"
    case .wrongSize(let path, let name, let expected, let found):
      "\(path): tensor \(name) needs \(expected) bytes but its offsets span \(found); write the file again"
    case .overlap(let path, let name, let other):
      "\(path): tensors \(name) and \(other) overlap; write the file again"
    case .hole(let path, let offset, let length):
      "\(path): \(length) bytes at offset \(offset) belong to no tensor; write the file again"
    case .noSuchTensor(let path, let name):
      "\(path): holds no tensor called \(name); check that the file belongs to this model"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, free space and permissions"
    }
  }
}

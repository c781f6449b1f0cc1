/// What can be wrong with a weight file.
public enum WeightFileError: Error, Sendable, Equatable {
  case cannotRead(path: String, reason: String)
  case truncated(path: String, needed: Int, found: Int)
  case badHeader(path: String, reason: String)
  case unsupportedType(path: String, name: String, type: String)
  case badOffsets(path: String, name: String)
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
      "\(path): tensor \(name) has type \(type); F32, F16, BF16 and I64 can be read"
    case .badOffsets(let path, let name):
      "\(path): tensor \(name) lies outside the file or does not match its shape; copy the file again"
    case .noSuchTensor(let path, let name):
      "\(path): holds no tensor called \(name); check that the file belongs to this model"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check free space and permissions"
    }
  }
}

import Foundation

/// The file that an input lies in while a reader of paths reads it.
struct InputFile {
  let path: String

  init(_ name: String, in folder: String) {
    path = folder + "/" + name
  }

  /// Makes `text` the content of a file.
  static func write(_ text: String, to name: String, in folder: String) throws(FuzzError) {
    try InputFile(name, in: folder).write(Array(text.utf8))
  }

  /// Makes `bytes` the content of the file.
  ///
  /// - Throws: `FuzzError.cannotWrite`.
  func write(_ bytes: [UInt8]) throws(FuzzError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path) }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw .cannotWrite(path: path)
    }
  }

  /// The content that `make` gives a new file.
  static func bytes(in folder: String, _ make: (_ path: String) throws -> Void) throws -> [UInt8] {
    let path = folder + "/corpus"
    try make(path)
    defer { unlink(path) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FuzzError.cannotWrite(path: path)
    }
    return Array(data)
  }
}

/// Why inputs cannot be tried.
public enum FuzzError: Error, Sendable, Equatable {
  /// There is no reader of this name.
  case unknownReader(name: String, known: [String])
  /// A file cannot be written.
  case cannotWrite(path: String)
  /// The input is not of the form.
  case refused
  /// A worker process does not start.
  case cannotStart(reason: String)
  /// Readers failed on inputs.
  case findings(count: Int, folder: String)
}

extension FuzzError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownReader(let name, let known):
      "--reader \(name): there is no such reader; there are \(known.joined(separator: ", "))"
    case .cannotWrite(let path): "\(path): cannot be written; make room, or choose another folder"
    case .refused: "the input is refused"
    case .cannotStart(let reason): "a worker process does not start (\(reason)); try fewer workers"
    case .findings(let count, let folder):
      "\(count) \(count == 1 ? "input lies" : "inputs lie") in \(folder); mend the readers and try again"
    }
  }
}

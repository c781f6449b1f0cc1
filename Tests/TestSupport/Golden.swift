public import Autograd
import Foundation
import NeuralNetwork

/// A file of `Tests/Golden`, made by a script of `Tests/Oracle`.
public struct Golden {
  private let reader: SafetensorsReader

  /// Opens `Tests/Golden/<name>.safetensors`.
  public init(_ name: String, file: StaticString = #filePath) throws {
    reader = try SafetensorsReader(path: Self.directory + "/\(name).safetensors")
  }

  /// The folder of the golden files.
  public static var directory: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden").path
  }

  /// The names of all tensors, sorted.
  public var names: [String] { reader.entries.keys.sorted() }

  /// The tensor called `name`.
  public subscript(name: String) -> Tensor {
    get throws { try reader.tensor(name) }
  }

  /// The string that the script attached under `key`.
  public func metadata(_ key: String) -> String? { reader.metadata[key] }
}

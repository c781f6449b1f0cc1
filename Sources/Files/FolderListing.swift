import Foundation

/// The names in a folder, sorted, those included that are no UTF-8 text.
public struct FolderListing: Sendable, Equatable {
  /// The names that are text.
  public private(set) var names: [String] = []
  /// The names that are not, with marks in place of the bytes that are none.
  public private(set) var undecodable: [String] = []

  /// Lists a folder; `nil` if it cannot be read.
  public init?(of folder: String) {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) { name in
          if let text = String(validatingCString: name) {
            if text != ".", text != ".." { names.append(text) }
          } else {
            undecodable.append(String(cString: name))
          }
        }
      }
    }
    names.sort()
    undecodable.sort()
  }
}

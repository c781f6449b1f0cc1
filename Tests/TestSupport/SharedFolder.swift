import Foundation

/// The folder of weights and photographs beside the repository; tests that use it are skipped without it.
public enum SharedFolder {
  /// Where it is: `SEEDLING_SHARED`, or `shared` beside the repository.
  public static var path: String {
    if let path = ProcessInfo.processInfo.environment["SEEDLING_SHARED"] { return path }
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return repository.deletingLastPathComponent().appendingPathComponent("shared").path
  }

  /// The path of `name` in the folder.
  public static func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether there is a file or folder called `name`.
  public static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

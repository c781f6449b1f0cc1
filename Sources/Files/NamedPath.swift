/// A path that a command line names.
public enum NamedPath {
  /// Why a text is no path.
  public struct Empty: Error, Sendable, Equatable, CustomStringConvertible {
    /// What, what to do; the option is named by whoever reads the command line.
    public var description: String { "it is empty; name a file or a folder" }
  }

  /// The path, which is not empty: what is made below an empty one would lie in the root folder.
  ///
  /// - Throws: `NamedPath.Empty`.
  @Sendable
  public static func checked(_ text: String) throws -> String {
    guard !text.isEmpty else { throw Empty() }
    return text
  }
}

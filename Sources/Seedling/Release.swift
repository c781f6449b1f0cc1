/// What this is.
public enum Release {
  /// The version, as every command's `--version` says it.
  public static let version = "0.1.0"
}

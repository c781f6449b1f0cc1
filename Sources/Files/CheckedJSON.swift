/// A JSON object in a text that proves its own bytes: its last member, `check`, is the hash of the others.
public enum CheckedJSON {
  private static let key = "check"

  /// The text of `object`, ending with a line break.
  public static func text(of object: JSON) -> String {
    var object = object
    object[key] = nil
    object[key] = .text(XXH64.hex(of: object.pretty()))
    return object.pretty() + "\n"
  }

  /// The object without its check; `nil` if a single byte is not as it was written.
  public static func object(in text: String) -> JSON? {
    guard var object = try? JSON(parsing: text), case .object = object, object[key] != nil,
      self.text(of: object) == text
    else { return nil }
    object[key] = nil
    return object
  }
}

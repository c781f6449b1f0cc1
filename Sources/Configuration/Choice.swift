/// One member of a family together with its options: `{name: layer-cam, stages: [layer4]}` in YAML, or just
/// `layer-cam`.
public struct Choice<F: Family>: Codable, Sendable {
  /// The chosen component.
  public var component: any Component

  /// Chooses `component`, which must be a member of the family.
  public init(_ component: any Component) {
    precondition(
      F.members.contains { $0 == type(of: component) },
      "\(F.self): \(type(of: component)) is not listed among its members")
    self.component = component
  }

  /// The name of the chosen component.
  public var name: String { type(of: component).name }

  /// The chosen component as the protocol that all members of the family conform to.
  public func resolved<T>(as type: T.Type = T.self) -> T {
    guard let value = component as? T else {
      preconditionFailure("\(F.self): \"\(name)\" does not conform to \(T.self)")
    }
    return value
  }

  /// Reads the name, then the options of the member that has it.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: ChoiceKey.self).decode(String.self, forKey: .name)
    guard let member = F.members.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [ChoiceKey.name], debugDescription: "unknown component \(name)"))
    }
    component = try member.init(from: decoder)
  }

  /// Writes the name, then the options.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ChoiceKey.self)
    try container.encode(name, forKey: .name)
    try component.encode(to: encoder)
  }
}

enum ChoiceKey: String, CodingKey {
  case name
}

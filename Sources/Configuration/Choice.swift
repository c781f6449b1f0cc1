/// One member of a family together with its options: `{name: layer-cam, stages: [layer4]}` in YAML, or just
/// `layer-cam`.
public struct Choice<F: Family>: Codable, Sendable {
  /// The chosen component, as what all members of the family have in common.
  public var component: F.Member

  /// Chooses `component`, which must be a member of the family.
  public init(_ component: F.Member) {
    let type = type(of: component as Any)
    precondition(
      F.all.contains { $0 == type }, "\(F.self): \(type) is not listed among its members")
    self.component = component
  }

  /// Chooses a component that is known as one of `F.members` only.
  public init(erased component: any Component) {
    guard let member = component as? F.Member else {
      preconditionFailure(Self.mismatch(type(of: component)))
    }
    self.init(member)
  }

  /// The chosen component as any other.
  public var erased: any Component {
    guard let erased = component as? any Component else {
      preconditionFailure("\(F.self): \(type(of: component as Any)) is not a component")
    }
    return erased
  }

  /// The name of the chosen component.
  public var name: String { type(of: erased).name }

  /// Reads the name, then the options of the member that has it.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: ChoiceKey.self).decode(String.self, forKey: .name)
    guard let type = F.all.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [ChoiceKey.name], debugDescription: "unknown component \(name)"))
    }
    guard let member = try type.init(from: decoder) as? F.Member else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: Self.mismatch(type)))
    }
    component = member
  }

  /// Writes the name, then the options.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ChoiceKey.self)
    try container.encode(name, forKey: .name)
    try erased.encode(to: encoder)
  }

  /// How a type that is listed by mistake is reported to whoever listed it.
  private static func mismatch(_ type: any Component.Type) -> String {
    "\(type) is not \(F.Member.self), as the members of \(F.self) must be"
  }
}

enum ChoiceKey: String, CodingKey {
  case name
}

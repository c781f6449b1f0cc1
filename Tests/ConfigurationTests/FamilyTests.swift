import Configuration
import Testing

/// Members that a program adds to a family for a while.
@Suite struct FamilyTests {
  @Test func anAddedMemberHoldsDuringTheBodyOnly() throws {
    #expect(names(Shapes.self) == ["square"])
    let strength = try Shapes.adding(Circle.self) {
      #expect(names(Shapes.self) == ["square", "circle"])
      #expect(Shapes.components.map(\.corners) == [4, 0])
      return try Files.load(Drawing.self, "shape: {name: circle, radius: 3}").shape.component.size
    }
    #expect(strength == 3)
    #expect(names(Shapes.self) == ["square"])
    #expect(
      try Files.message(Drawing.self, "shape: circle")
        == #"Configs/a.yaml:1: shape: unknown name "circle"; known names: square"#)
  }

  @Test func anErrorOfTheBodyEndsTheAddition() {
    #expect(throws: Failure()) { try Shapes.adding(Circle.self) { throw Failure() } }
    #expect(names(Shapes.self) == ["square"])
  }

  @Test func additionsNest() {
    Shapes.adding(Circle.self) {
      Shapes.adding(Triangle.self) { #expect(names(Shapes.self) == ["square", "circle", "triangle"]) }
      #expect(names(Shapes.self) == ["square", "circle"])
    }
    Shapes.adding(Circle.self, Triangle.self) {
      #expect(names(Shapes.self) == ["square", "circle", "triangle"])
    }
  }

  @Test func eachFamilyHasItsOwnAdditions() {
    Shapes.adding(Circle.self) {
      #expect(names(Refiners.self) == ["par", "dense-crf"])
      Refiners.adding(Circle.self) {
        #expect(names(Refiners.self) == ["par", "dense-crf", "circle"])
        #expect(names(Shapes.self) == ["square", "circle"])
      }
    }
  }

  @Test func anAddedTypeThatIsNoMemberIsReported() throws {
    let message = try Shapes.adding(PAR.self) { try Files.message(Drawing.self, "shape: par") }
    #expect(message == "Configs/a.yaml:1: shape: PAR is not Shape, as the members of Shapes must be")
    #expect(Shapes.adding(PAR.self) { Shapes.components.map(\.corners) } == [4])
  }

  @Test func aNameThatIsTakenIsAProgrammersMistake() async {
    await #expect(processExitsWith: .failure) { Shapes.adding(OtherSquare.self) {} }
    await #expect(processExitsWith: .failure) { Shapes.adding(Circle.self, Circle.self) {} }
  }

  private func names(_ family: any Family.Type) -> [String] { family.all.map { $0.name } }
}

private struct Failure: Error, Equatable {}

private protocol Shape: Component {
  var corners: Int { get }
  var size: Int { get }
}

extension Shape {
  fileprivate var size: Int { 1 }
}

private enum Shapes: Family {
  typealias Member = any Shape
  static let members: [any Component.Type] = [Square.self]
}

private struct Square: Shape {
  static let name = "square"
  var corners: Int { 4 }
}

private struct OtherSquare: Shape {
  static let name = "square"
  var corners: Int { 4 }
}

private struct Circle: Shape {
  static let name = "circle"
  var radius = 1
  var corners: Int { 0 }
  var size: Int { radius }
}

private struct Triangle: Shape {
  static let name = "triangle"
  var corners: Int { 3 }
}

private struct Drawing: Section {
  var shape = Choice<Shapes>(Square())
}

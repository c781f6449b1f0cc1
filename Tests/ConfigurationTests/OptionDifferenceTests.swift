import Configuration
import Testing

@Suite struct OptionDifferenceTests {
  private struct Part: Section {
    @Setting("a number") var steps = 1
    @Setting("a list") var list = [1, 2]
  }

  private struct Whole: Section {
    @Setting("a part") var part = Part()
    @Setting("a text") var text = "a"
  }

  @Test func everyOptionThatDiffersIsNamed() {
    var (one, other) = (Whole(), Whole())
    #expect(OptionDifference.between(one, other).isEmpty)
    one.part.steps = 20
    other.part.list = [3]
    other.text = "b"
    let found = OptionDifference.between(one, other)
    #expect(found.map(\.option) == ["part.steps", "part.list", "text"])
    #expect(found.map(\.first) == ["20", "[1, 2]", "a"])
    #expect(found.map(\.second) == ["1", "[3]", "b"])
  }
}

import Configuration
import Testing

/// What each rule accepts, and how it refuses the rest.
@Suite struct RuleTests {
  private func expect<Value>(
    _ rule: Rule<Value>, accepts good: [Value], refuses bad: Value, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for value in good { #expect(rule.problem(of: value) == nil, sourceLocation: sourceLocation) }
    #expect(rule.problem(of: bad) == message, sourceLocation: sourceLocation)
  }

  @Test func rangesOfWholeNumbers() {
    expect(.within(0...5), accepts: [0, 5], refuses: 6, "is 6; use 0 to 5")
    expect(.within(0..<5), accepts: [0, 4], refuses: 5, "is 5; use 0 to below 5")
    expect(.within(3...3), accepts: [3], refuses: 4, "is 4; use 3")
  }

  @Test func rangesOfNumbers() {
    expect(.within(0...1), accepts: [0, 1], refuses: Float(2), "is 2.0; use a number from 0 to 1")
    expect(.within(0...0.5), accepts: [0.5], refuses: 0.6, "is 0.6; use a number from 0 to 0.5")
    expect(.within(0..<1), accepts: [0, 0.9], refuses: 1.0, "is 1.0; use a number from 0 to below 1")
    expect(.above(0, upTo: 1), accepts: [0.1, 1], refuses: 0.0, "is 0.0; use a number above 0 and up to 1")
    expect(.above(0, upTo: 1), accepts: [], refuses: 1.1, "is 1.1; use a number above 0 and up to 1")
    expect(.between(0, 1), accepts: [0.5], refuses: 1.0, "is 1.0; use a number between 0 and 1")
    expect(.between(0, 1), accepts: [], refuses: 0.0, "is 0.0; use a number between 0 and 1")
  }

  @Test func whatIsNotANumberBreaksEveryRule() {
    let rules: [Rule<Double>] = [
      .within(0...1), .within(0..<1),
      .above(0, upTo: 1), .between(0, 1), .oneOf([0, .nan]),
    ]
    for rule in rules { #expect(rule.problem(of: .nan)?.hasPrefix("is nan; use ") == true) }
  }

  @Test func someValues() {
    expect(.oneOf([8, 16, 32]), accepts: [8, 16, 32], refuses: 12, "is 12; use 8, 16 or 32")
    expect(.oneOf(["mean", "sum"]), accepts: ["sum"], refuses: "max", "is max; use mean or sum")
    expect(.oneOf([8]), accepts: [8], refuses: 9, "is 9; use 8")
  }

  @Test func lists() {
    expect(
      .each(.above(0, upTo: 2)), accepts: [[1, 0.5]], refuses: [1, 0],
      "is [1.0, 0.0]; use numbers above 0 and up to 2")
    expect(
      .each(.above(0, upTo: 2)), accepts: [], refuses: [Float](), "is []; use numbers above 0 and up to 2")
    expect(
      .each(.above(0, upTo: 2), mayBeEmpty: true), accepts: [[]], refuses: [-1],
      "is [-1]; use numbers above 0 and up to 2")
    expect(
      .each(.above(0, upTo: 2), remedy: "list at least one positive scale"), accepts: [], refuses: [Float](),
      "is []; list at least one positive scale")
    expect(.each(.within(1...2)), accepts: [[1, 2]], refuses: [0], "is [0]; use numbers from 1 to 2")
    expect(
      .each(.within(1...1024)), accepts: [[1, 1024]], refuses: [1025], "is [1025]; use numbers from 1 to 1024"
    )
    expect(.each(.oneOf(["a", "b"])), accepts: [["a"]], refuses: ["c"], #"is ["c"]; use a or b for each"#)
    expect(.notEmpty("list at least one"), accepts: [[0]], refuses: [Int](), "is empty; list at least one")
    expect(.count(0...2), accepts: [[], [1, 2]], refuses: [1, 2, 3], "holds 3 numbers; use at most 2")
    expect(.count(2...2), accepts: [["", ""]], refuses: [""], "holds 1 element; use 2")
  }

  @Test func valuesThatMayBeAbsent() {
    expect(.ifPresent(.within(1...2)), accepts: [nil, 1], refuses: 0, "is 0; use 1 to 2")
  }

  @Test func aRuleOfItsOwn() {
    let rule = Rule<Int>.where("use 0, or 2 or more") { $0 == 0 || $0 >= 2 }
    expect(rule, accepts: [0, 2], refuses: 1, "is 1; use 0, or 2 or more")
  }
}

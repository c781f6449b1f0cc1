import Testing

@testable import Seedling

@Suite struct ClassRequestTests {
  private let names = ["cat", "dog", "a, b", "top:2"]

  @Test func formsAreToldApart() throws {
    #expect(try ClassRequest(parsing: "dog, cat,dog", names: names) == .named([1, 0]))
    #expect(try ClassRequest(parsing: "a, b", names: names) == .named([2]))
    #expect(try ClassRequest(parsing: "top:2", names: names) == .named([3]))
    #expect(try ClassRequest(parsing: "top:4", names: names) == .top(4))
    #expect(try ClassRequest(parsing: "labels", names: names) == .labels)
    #expect(try ClassRequest(parsing: "labels", names: names + ["labels"]) == .named([4]))
  }

  @Test func severalNamesOfAClass() throws {
    let names = ["tench, Tinca tinca", "crane, bird", "crane, machine", "shark", "shark, white"]
    #expect(try ClassRequest(parsing: "Tinca tinca,crane, machine", names: names) == .named([0, 2]))
    #expect(try ClassRequest(parsing: "shark, white,shark,bird", names: names) == .named([4, 3, 1]))
    #expect(throws: ExplanationError.self) { try ClassRequest(parsing: "crane", names: names) }
  }

  @Test(arguments: ["", "cat,", "top:0", "top:5", "top:x", "Cat"]) func othersAreRefused(text: String) {
    #expect(throws: ExplanationError.self) { try ClassRequest(parsing: text, names: names) }
  }

  @Test func bestComeFirst() throws {
    let scores: [Float] = [0.2, 0.9, 0.2, 0.5]
    #expect(try ClassRequest.top(3).indices(scores: scores) { [] } == [1, 3, 0])
    #expect(try ClassRequest.labels.indices(scores: scores) { [2] } == [2])
    #expect(ClassRequest.highest(scores, 9) == [1, 3, 0, 2])
  }
}

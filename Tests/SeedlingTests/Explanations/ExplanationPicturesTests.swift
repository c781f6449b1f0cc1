import Testing

@testable import Seedling

@Suite struct ExplanationPicturesTests {
  @Test func classesBecomeFileNames() {
    #expect(ExplanationPictures.fileName("a/b\n") == "a_b_")
    #expect(ExplanationPictures.fileName("..") == "_.." && ExplanationPictures.fileName("") == "_")
    #expect(ExplanationPictures.fileName(String(repeating: "é", count: 190)).count == 100)
    let pictures = ExplanationPictures(methods: ["cam"], classNames: ["crane", "Crane", "a/b"])
    #expect(
      (0..<3).map { pictures.overlay(method: 0, label: $0) } == [
        "cam/0-crane.png", "cam/1-Crane.png", "cam/a_b.png",
      ])
  }
}

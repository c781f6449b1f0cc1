import Metrics
import Testing

@Suite struct BoxTests {
  @Test func pixelsAtTheEndsCount() {
    #expect(Box(1, 2, 5, 6).overlap(with: Box(3, 1, 4, 5)) == 8.0 / 27)
    #expect(Box(0, 0, 4, 9).overlap(with: Box(0, 0, 9, 9)) == 0.5)
    #expect(Box(0, 0, 1, 1).overlap(with: Box(2, 0, 3, 1)) == 0)
    #expect(Box(3, 3, 3, 3).area == 1)
  }

  @Test func sizesAreCutDown() {
    #expect(Box(10, 20, 299, 239).scaled(from: (300, 240), to: (224, 224)) == Box(7, 18, 223, 223))
  }

  @Test func masksEndAtTheBorder() {
    let mask = Box.mask(of: [Box(-1, -1, 0, 0), Box(2, 1, 7, 7), Box(9, 9, 9, 9)], width: 3, height: 2)
    #expect(mask == [true, false, false, false, false, true])
  }
}

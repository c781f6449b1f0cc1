import Autograd
import Testing

@testable import Metrics

@Suite struct PointingGameTests {
  @Test func distanceHasToBeLessThanTheTolerance() {
    var object = [Bool](repeating: false, count: 30 * 20)
    object[10 * 30 + 10] = true
    #expect(!PointingGame.isNear(x: 25, y: 10, object: object, width: 30, tolerance: 15))
    #expect(PointingGame.isNear(x: 24, y: 10, object: object, width: 30, tolerance: 15))
  }

  @Test func classesCountAlike() {
    var game = PointingGame(classes: 3, tolerance: 1)
    #expect(game.value == nil)
    let map = Tensor([0, 2, 1, 2], shape: [2, 2])
    game.add(map, class: 0, object: [false, true, false, false], width: 2)
    game.add(map, class: 0, object: [false, true, false, false], width: 2)
    game.add(map, class: 2, object: [false, false, false, true], width: 2)
    #expect(game.value == 0.5 && game.ties == 3)
    game.add(.ones([2, 2]), class: 1, object: [true, true, true, true], width: 2)
    game.add(map, class: 1, object: [false, false, false, false], width: 2)
    #expect(game.value == 0.5 && game.accuracies[1].skipped == 2)
  }
}

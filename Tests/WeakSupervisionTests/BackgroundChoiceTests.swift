import Autograd
import Imaging
import Testing
import WeakSupervision

@Suite struct BackgroundChoiceTests {
  private let maps = ClassMaps(
    classes: [1, 3], maps: Tensor([0.2, 0.1, 0.5, 0.3, 0.1, 0.35, 0.8, 0.9], shape: [1, 4, 2]))

  @Test func thresholdsOfClassesDecideOnTheirMaps() {
    var choice = BackgroundChoice(0.4)
    #expect(choice.applied(to: maps, of: "a").maps.scalars == maps.maps.scalars)
    choice.classes = [1: 0.6, 3: 0.2]
    let applied = choice.applied(to: maps, of: "a")
    // A map is above the threshold where it was above its class's own: 0.35 and 0.3 of class 3 are.
    let labels = applied.labels(applied.probabilities(background: choice.threshold))
    #expect(labels.ids == [0, 4, 4, 4])
    #expect(maps.labels(maps.probabilities(background: 0.4)).ids == [0, 2, 0, 4])
  }

  @Test func thatOfAnImageGoesBeforeThoseOfClasses() {
    var choice = BackgroundChoice(0.4)
    (choice.classes, choice.images) = ([1: 0.6], ["b": 0.8])
    let applied = choice.applied(to: maps, of: "b").maps.scalars
    #expect(zip(applied, maps.maps.scalars).allSatisfy { abs($0 - $1 / 2) < 1e-6 })
    #expect(choice.applied(to: maps, of: "a").maps.scalars[1] == 0.1)
  }

  @Test func pixelsWithinTheBandAreOpened() {
    let labels = LabelMap(width: 4, height: 1, ids: [0, 2, 0, 4])
    var choice = BackgroundChoice(0.4)
    #expect(choice.opened(labels, maps).ids == labels.ids)
    choice.band = 0.3...0.5
    #expect(choice.opened(labels, maps).ids == [0, 255, 255, 4])
  }

  @Test func theBandReachesFromTheLowestToTheHighest() {
    var choice = BackgroundChoice(0.4)
    #expect(choice.band(with: []) == 0.4...0.4)
    var other = BackgroundChoice(0.35)
    other.band = 0.3...0.36
    #expect(choice.band(with: [other, BackgroundChoice(0.6)]) == 0.3...0.6)
    choice.band = 0.2...0.9
    #expect(choice.band(with: [other]) == 0.2...0.9)
  }
}

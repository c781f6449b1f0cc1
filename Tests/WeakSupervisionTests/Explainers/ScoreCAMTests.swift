import Autograd
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct ScoreCAMTests {
  /// One masked image after the other.
  private func plain(_ image: Tensor, _ index: Int, _ classifier: any Classifier) -> [Float] {
    let map = classifier.features(image).last
    var (scores, kept) = ([Float](), [Int]())
    for channel in 0..<map.shape[3] {
      let mask = map.slice(axis: 3, channel..<channel + 1)
        .resized(height: image.shape[1], width: image.shape[2], .bilinear)
      let (low, high) = (mask.minimum().scalar, mask.maximum().scalar)
      guard high > low else { continue }
      let masked = image * ((mask - low) / (high - low))
      scores.append(classifier.logits(classifier.features(masked)).scalars[index])
      kept.append(channel)
    }
    let weights = Tensor(scores, shape: [scores.count]).softmax(axis: 0)
    return (map.gathered(kept, axis: 3) * weights).sum(axes: [3]).relu().scalars
  }

  @Test func matchesOneMaskAfterTheOther() {
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let maps = ScoreCAM().maps(images, classes: [2, 0], of: network)
    for image in 0..<2 {
      let alone = images.slice(axis: 0, image..<image + 1)
      for (position, index) in [2, 0].enumerated() {
        let found = maps.slice(axis: 0, image..<image + 1).gathered([position], axis: 3)
        let expected = Tensor(plain(alone, index, network), shape: found.shape)
        expectClose(found, expected, tolerance: tolerance(terms: 54))
      }
    }
  }

  /// More channels than one pass takes.
  @Test func channelsOfSeveralPassesMatchToo() {
    let classifier = FixedMap(channels: 21)
    let image = Sample.tensor("image", [1, 4, 5, 21])
    let found = ScoreCAM().maps(image, classes: [1], of: classifier)
    let expected = Tensor(plain(image, 1, classifier), shape: found.shape)
    expectClose(found, expected, tolerance: tolerance(terms: 200))
  }

  @Test func equalScoresGiveTheMeanOfWhatVaries() {
    let map = Tensor([1, 5, 0, 2, 5, 4, 3, 5, 2], shape: [1, 1, 3, 3])
    let constant = Target("constant") { logits, _ in Tensor(repeating: 0.3, shape: [logits.shape[0]]) }
    var random = Philox(seed: 1)
    let plan = ExplanationPlan([ScoreCAM()], target: constant)
    let found = plan(map, classes: [0], of: FixedMap(channels: 3), random: &random)[0]
    expectClose(found.maps, Tensor([0.5, 3, 2.5], shape: [1, 1, 3, 1]), tolerance: tolerance(terms: 3))
  }

  @Test func fewChannelsAreThoseThatVaryMost() {
    let map = Tensor([1, 0, 0, 2, 9, 4, 3, 0, 2], shape: [1, 1, 3, 3])
    var explainer = ScoreCAM()
    explainer.channels = 1
    let found = explainer.maps(map, classes: [0], of: FixedMap(channels: 3))
    #expect(found.scalars == [0, 9, 0])
  }
}

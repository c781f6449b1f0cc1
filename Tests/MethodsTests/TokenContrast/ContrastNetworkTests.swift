import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing
import Training

@testable import Methods

@Suite struct ContrastNetworkTests {
  @Test func everyPartHasItsName() {
    let network = ContrastFixture().network()
    let prefixes = Set(network.store.parameters.map { $0.name.split(separator: ".")[0] })
    #expect(prefixes == ["backbone", "classifier", "auxiliary", "head", "projection", "teacher"])
    #expect(network.auxiliaryStage == "block9")
  }

  @Test func mapsAndScoresHaveTheirShapes() {
    let network = ContrastFixture().network()
    let features = network.backbone(hashed("images", [2, 32, 48, 3]), .inference)
    #expect(network.scores(features).shape == [2, 2, 3, 2 * ContrastFixture.classes])
    #expect(network.decoder(features, .inference).shape == [2, 2, 3, ContrastFixture.classes + 1])
    #expect(network.auxiliary.logits(features["block9"], .inference).shape == [2, ContrastFixture.classes])
    #expect(network.projection(hashed("tokens", [3, 192]), .inference).shape == [3, 1024])
  }

  @Test func theTeacherFollowsTheStudent() throws {
    let network = ContrastFixture().network()
    let (own, student) = (network.teacher.parameters[0], network.projection.parameters[0])
    #expect(own.value.scalars == student.value.scalars)
    #expect(network.teacher.parameters.allSatisfy { $0.isFrozen })
    let before = own.value.scalars
    student.assign(student.value.detached() + 1)
    network.updateTeacher()
    for (old, new) in zip(before, own.value.scalars) { #expect(abs(new - old - 0.1) < 1e-6) }
  }

  @Test func mapsOfOneScaleAreTheClassifiersScoresBetweenZeroAndOne() throws {
    let network = ContrastFixture().network()
    let images = hashed("images", [2, 32, 32, 3]) * 4
    let features = network.backbone(images, .training(seed: 0, step: 0))
    let maps = network.maps(images, classes: [[3], []], known: features, scales: [1], flip: false)
    let expected = MapsOracle.normalized(
      network.classifier.classMaps(features.last, .inference).slice(axis: 3, 3..<4), image: 0)
    expectClose(maps[0].final, expected, tolerance: 1e-6)
    #expect(maps[0].final.shape == [32, 32, 1] && maps[1].final.shape == [32, 32, 0])
    #expect(maps[0].auxiliary.scalars != maps[0].final.scalars)
    let gradients = features.last.sum().gradients()
    #expect(gradients[maps[0].final] == nil, "maps are constants")
  }

  /// With mirror images, the maps of a mirrored picture are the mirrored maps of the picture.
  @Test func mirroredPicturesHaveMirroredMaps() {
    let network = ContrastFixture().network()
    let images = hashed("images", [1, 32, 32, 3]) * 4
    func maps(_ images: Tensor) -> Tensor {
      let features = network.backbone(images, .inference)
      return network.maps(images, classes: [[1, 4]], known: features, scales: [1, 1.5], flip: true)[0].final
    }
    expectClose(maps(images.flipped(axis: 2)), maps(images).flipped(axis: 1), tolerance: 1e-4)
  }
}

/// Class maps step by step.
private enum MapsOracle {
  static func normalized(_ scores: Tensor, image: Int) -> Tensor {
    let map = scores.slice(axis: 0, image..<image + 1).resized(height: 32, width: 32, .bilinear).relu()
    let (low, high) = (map.minimum(), map.maximum())
    return ((map - low) / (high - low + 1e-5)).reshaped(to: [32, 32, 1])
  }
}

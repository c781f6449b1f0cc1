import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

/// What every explainer owes its callers, on whatever grid its maps lie: an image's map does not depend on
/// the others of its batch.
func expectABatchToEqualItsImages(_ explainer: any Explainer) {
  let network = SmallNetwork.Explained(power: 2)
  let images = SmallNetwork.images(3)
  let together = explainer.maps(images, classes: [1, 2], of: network)
  for index in 0..<3 {
    let alone = explainer.maps(images.slice(axis: 0, index..<index + 1), classes: [1, 2], of: network)
    expectClose(together.slice(axis: 0, index..<index + 1), alone, tolerance: tolerance(terms: 54))
  }
}

/// The order of the classes that are asked for is the order of the maps.
func expectTheOrderOfClassesToBeThatOfMaps(_ explainer: any Explainer) {
  let network = SmallNetwork.Explained(power: 2)
  let images = SmallNetwork.images(2)
  let maps = explainer.maps(images, classes: [3, 1], of: network)
  for (position, index) in [3, 1].enumerated() {
    let alone = explainer.maps(images, classes: [index], of: network)
    expectClose(maps.slice(axis: 3, position..<position + 1), alone, tolerance: tolerance(terms: 54))
  }
}

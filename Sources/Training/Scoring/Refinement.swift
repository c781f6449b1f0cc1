import Autograd
import Configuration
import Imaging
import WeakSupervision

/// A chain of refiners as the configuration names them.
struct Refinement: Sendable {
  private let refiners: [any Refiner]

  init(_ choices: [Choice<Catalog.Refiners>]) {
    refiners = choices.map { $0.resolved() }
  }

  /// Class probabilities `[height, width, classes]` after every refiner in turn.
  func callAsFunction(_ scores: Tensor, _ image: Image) -> Tensor {
    refiners.reduce(scores) { $1.refine($0, image: image) }
  }
}

import Autograd
import Configuration
import Imaging
import NeuralNetwork
import WeakSupervision

/// The chain from seeds to pseudo-masks as the configuration names it.
struct SeedRefinement: Sendable {
  /// What refining one image takes.
  struct Input: Sendable {
    let seeds: SeedFile
    let image: Image
    /// What the classifier tells each step that asks it, in the order of the chain.
    let evidence: [Tensor]
  }

  private enum Step {
    case image(any Refiner)
    case classifier(any ClassifierRefiner)
  }

  private let steps: [Step]

  init(_ choices: [Choice<Catalog.SeedRefiners>]) {
    steps = choices.map { choice in
      if let refiner = choice.component as? any ClassifierRefiner { return .classifier(refiner) }
      return .image(choice.resolved())
    }
  }

  private var classifierRefiners: [any ClassifierRefiner] {
    steps.compactMap { if case .classifier(let refiner) = $0 { refiner } else { nil } }
  }

  /// Whether a step looks into the trained classifier.
  var asksClassifier: Bool { !classifierRefiners.isEmpty }

  /// What the classifier tells the steps about an image, in their order.
  func evidence(of image: Image, _ network: ClassificationNetwork) -> [Tensor] {
    classifierRefiners.map { refiner in
      let unit = network.inputMultiple
      let side = max(1, (refiner.baseSize + unit / 2) / unit) * unit
      let input = image.resized(width: side, height: side, .bilinear).networkInput(multipleOf: unit)
      return refiner.evidence(input, network.backbone)
    }
  }

  /// Class probabilities `[height, width, classes]`, which add up to 1, after every step in turn.
  func callAsFunction(_ scores: Tensor, _ input: Input) -> Tensor {
    var evidence = input.evidence[...]
    return steps.reduce(scores) { scores, step in
      switch step {
      case .image(let refiner): refiner.refine(scores, image: input.image).shares
      case .classifier(let refiner): refiner.refine(scores, evidence: evidence.removeFirst())
      }
    }
  }
}

extension Tensor {
  /// The same parts of a whole of 1 per pixel: PAR's weights add up to a little more.
  fileprivate var shares: Tensor { self / sum(axes: [2], keepingAxes: true).clamped(to: 1e-12...(.infinity)) }
}

public import Autograd
import Configuration

/// Several explainers that share one pass over the images.
///
/// Their needs are united first: whatever they are and however many, the network runs forward once for each
/// image, and back once for each image, class and target; only methods that draw samples run it further.
public struct ExplanationPlan: Sendable {
  /// The methods, in the order of their explanations.
  public var explainers: [any Explainer]
  /// What the maps are the evidence for.
  public var target = Target.logit

  /// A plan for these methods.
  public init(_ explainers: [any Explainer], target: Target = .logit) {
    self.explainers = explainers
    self.target = target
  }

  /// The maps of each method for each of `classes` in each of `images`, `[batch, height, width, 3]`.
  ///
  /// A method's random numbers come from a stream of its own, so that its maps do not depend on the others.
  ///
  /// - Precondition: there is a class, and the classifier has every map that is explained.
  public func callAsFunction(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, random: inout Philox
  ) -> [Explanation] {
    let wants = explainers.map { explainer in
      CapturedPass.Want(
        stage: classifier.stageName(explainer.explainsAnyStage ? explainer.stage : ""),
        target: explainer.target(target), needs: explainer.needs)
    }
    let pass = CapturedPass(images, classes: classes, of: classifier, wants)
    let seed = random.next()
    return zip(explainers, wants).map { explainer, want in
      var own = Philox(seed: seed, name: type(of: explainer).name)
      let capture = Capture(pass, want)
      return Explanation(explainer, capture, explainer.maps(capture, random: &own))
    }
  }
}

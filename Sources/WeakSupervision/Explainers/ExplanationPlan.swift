public import Autograd
import Configuration

/// Several explainers that share one pass over the images.
///
/// Their needs are united first: whatever they are and however many, the network runs forward once for each
/// image, and back once for each image, class and target; only methods that draw samples run it further.
public struct ExplanationPlan: Sendable {
  /// The methods, in the order of their explanations.
  public var explainers: [any Explainer]
  /// What is asked of all of them that can do it: those that explain one map only stay with it, and those
  /// without contributions of channels are not smoothed over them.
  public var options: ExplanationOptions
  /// What the maps are the evidence for.
  public var target: Target

  /// A plan for these methods; without a `target` of one's own, the one that the options name.
  public init(
    _ explainers: [any Explainer], target: Target? = nil, options: ExplanationOptions = ExplanationOptions()
  ) {
    self.explainers = explainers
    self.options = options
    self.target = target ?? options.target.target
  }

  /// The maps of each method for each of `classes` in each of `images`, `[batch, height, width, 3]`.
  ///
  /// A method's random numbers come from a stream of its own, so that its maps do not depend on the others.
  ///
  /// - Precondition: there is a class, and the classifier has every map that is explained.
  public func callAsFunction(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, random: inout Philox
  ) -> [Explanation] {
    zip(explainers, found(images, classes, classifier, &random)).map { explainer, found in
      Explanation(explainer, found.captures, views: views, found.maps)
    }
  }

  /// What each method makes of the images, as it is, and the captures of its stages that it is made from.
  func found(
    _ images: Tensor, _ classes: [Int], _ classifier: any Classifier, _ random: inout Philox
  ) -> [(captures: [Capture], maps: Tensor)] {
    let wants = explainers.map { explainer in
      stages(of: explainer).map { stage in
        CapturedPass.Want(
          stage: classifier.stageName(stage), target: explainer.target(target), needs: explainer.needs)
      }
    }
    let copies = views.copies(of: images)
    let pass = CapturedPass(copies, classes: classes, of: classifier, wants.flatMap(\.self))
    let seed = random.next()
    return zip(explainers, wants).map { explainer, wants in
      var own = Philox(seed: seed, name: type(of: explainer).name)
      let captures = wants.map { Capture(pass, $0, isEigenSmoothed: options.eigenSmoothing) }
      let maps = captures.map { explainer.maps($0, random: &own) }
      return (captures, views.mean(options.fusion(maps)))
    }
  }

  private var views: SmoothingViews {
    SmoothingViews(factors: options.factors, isMirrored: options.mirror)
  }

  private func stages(of explainer: any Explainer) -> [String] {
    guard explainer.explainsAnyStage else { return [""] }
    return options.stages.isEmpty ? [explainer.stage] : options.stages
  }
}

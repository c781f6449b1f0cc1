import Autograd
import Models
import NeuralNetwork

/// One forward pass over images, and the gradients of targets at all places where some explainer needs them.
///
/// No operation of an inference pass mixes images, so one backward pass of the sum over images yields every
/// image's own gradient. Where only the last map is asked about, the classifier alone runs once per row and
/// backward once for all of them; below it the recorded forward pass is gone back through once for each
/// class and target, no deeper than asked.
struct CapturedPass {
  /// What an explainer wants to see.
  struct Want: Hashable {
    let stage: String
    let target: Target
    let needs: GradientNeeds

    static func == (left: Want, right: Want) -> Bool {
      left.stage == right.stage && left.target == right.target && left.needs == right.needs
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(stage)
      hasher.combine(target)
      hasher.combine(needs.rawValue)
    }

    /// The places of its gradients.
    var places: [String] {
      (needs.contains(.stage) ? [stage] : []) + (needs.contains(.images) ? [CapturedPass.images] : [])
    }
  }

  /// The place of the images among the stages.
  static let images = ""

  let images: Tensor
  let classes: [Int]
  let classifier: any Classifier
  /// Untracked.
  let features: FeatureMaps
  let logits: Tensor
  let imageOfRow: [Int]
  private let gradients: TargetGradients

  init(_ images: Tensor, classes: [Int], of classifier: any Classifier, _ wants: [Want]) {
    precondition(!classes.isEmpty, "capture: there is no class to explain")
    self.images = images
    self.classes = classes
    self.classifier = classifier
    imageOfRow = (0..<images.shape[0]).flatMap { [Int](repeating: $0, count: classes.count) }
    var places: [Target: Set<String>] = [:]
    for want in wants where !want.places.isEmpty { places[want.target, default: []].formUnion(want.places) }
    let biasTargets = Set(wants.filter { $0.needs.contains(.biases) }.map(\.target))
    let run = Run(classifier, images, classes, imageOfRow)
    let isBehindLast = biasTargets.isEmpty && classifier.readsLastMapOnly
    if places.isEmpty || isBehindLast && places.values.allSatisfy({ $0 == [classifier.lastStage] }) {
      (features, logits, gradients) = run.behindLast(places.keys.map { $0 })
    } else {
      (features, logits, gradients) = run.throughAll(places, biasTargets)
    }
  }

  var classOfRow: [Int] { imageOfRow.indices.map { classes[$0 % classes.count] } }

  /// The strengths of the biases of the layers that each row's target depends on.
  func biasStrengths(_ target: Target) -> [Tensor] {
    guard let found = gradients.biases[target] else {
      preconditionFailure("capture: the biases' share of \(target.name) was not asked for; say so in needs")
    }
    return found
  }

  /// The gradient of each row's target at a place; zero where it does not depend on it.
  func gradient(_ target: Target, at place: String) -> Tensor {
    guard let found = gradients.places[target] else {
      preconditionFailure("capture: the gradient of \(target.name) was not asked for; say so in needs")
    }
    if let gradient = found[place] { return gradient }
    let shape = place == Self.images ? images.shape : features[place].shape
    return .zeros([imageOfRow.count, shape[1], shape[2], shape[3]])
  }
}

/// The gradients of targets.
private struct TargetGradients {
  /// `[rows, height, width, channels]` by target and place.
  var places: [Target: [String: Tensor]] = [:]
  /// The strengths `[rows, height, width, 1]` of each layer's bias by target.
  var biases: [Target: [Tensor]] = [:]
}

/// The forward pass and its backward passes.
private struct Run {
  typealias Result = (features: FeatureMaps, logits: Tensor, gradients: TargetGradients)

  let classifier: any Classifier
  let images: Tensor
  let classes: [Int]
  let rows: [Int]

  init(_ classifier: any Classifier, _ images: Tensor, _ classes: [Int], _ rows: [Int]) {
    self.classifier = classifier
    self.images = images
    self.classes = classes
    self.rows = rows
  }

  /// Below the last map nothing needs a gradient: the backbone runs once per image, the classifier per row.
  func behindLast(_ targets: [Target]) -> Result {
    let plain = classifier.features(images).detached()
    guard !targets.isEmpty else { return (plain, classifier.logits(plain).detached(), TargetGradients()) }
    let name = classifier.lastStage
    let leaf = plain[name].gathered(rows, axis: 0).tracked()
    let logits = classifier.logits(ofLast: leaf, of: rows, in: plain)
    let wanted = rows.indices.map { classes[$0 % classes.count] }
    var gradients = TargetGradients()
    for target in targets {
      let scores = target(logits, classes: wanted)
      let table = scores.gradients(from: .ones(scores.shape), of: [leaf], retainingGraph: targets.count > 1)
      gradients.places[target] = [:]
      gradients.places[target]?[name] = table[leaf]
    }
    let first = stride(from: 0, to: rows.count, by: classes.count)
    return (plain, logits.detached().gathered(Array(first), axis: 0), gradients)
  }

  /// The whole network once per image, and back once for each class and target.
  func throughAll(_ places: [Target: Set<String>], _ biasTargets: Set<Target>) -> Result {
    let leaf = images.tracked()
    let forward = {
      let features = classifier.features(leaf)
      return (features, classifier.logits(features))
    }
    let ((features, logits), taps) =
      biasTargets.isEmpty ? (forward(), []) : BiasTaps.collecting(forward)
    var gradients = TargetGradients()
    for target in Set(places.keys).union(biasTargets) {
      let places = places[target] ?? []
      let taps = biasTargets.contains(target) ? taps : []
      let sources = places.map { $0 == CapturedPass.images ? leaf : features.source($0) } + taps.map(\.output)
      var found: [String: [Tensor?]] = [:]
      var strengths: [[Tensor?]] = taps.map { _ in [] }
      for index in classes {
        let scores = target(logits, classes: [Int](repeating: index, count: images.shape[0]))
        let table = scores.gradients(from: .ones(scores.shape), of: sources, retainingGraph: true)
        for place in places {
          let part = place == CapturedPass.images ? table[leaf] : features.gradient(place, in: table)
          found[place, default: []].append(part)
        }
        for (layer, tap) in taps.enumerated() {
          strengths[layer].append(table[tap.output].map { FullGrad.strength($0 * tap.bias) })
        }
      }
      gradients.places[target] = found.compactMapValues(joined)
      gradients.biases[target] = strengths.compactMap(joined)
    }
    return (features.detached(), logits.detached(), gradients)
  }

  /// Gradients `[batch, …]` of each class as `[batch · classes, …]`; `nil` if no class has any.
  private func joined(_ parts: [Tensor?]) -> Tensor? {
    guard let shape = parts.compactMap({ $0 }).first?.shape else { return nil }
    let stacked = parts.map { part in
      (part ?? .zeros(shape)).reshaped(to: Shape([shape[0], 1] + shape[1...]))
    }
    return Tensor.concatenated(stacked, axis: 1).reshaped(to: Shape([rows.count] + shape[1...]))
  }
}

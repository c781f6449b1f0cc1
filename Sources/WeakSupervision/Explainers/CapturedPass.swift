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

    /// The places of its gradients in a network of which so many blocks of attention are read.
    func places(blocks: Int) -> [Place] {
      let images = RectifierRule.allCases.filter { needs.contains(.images($0)) }
      return (needs.contains(.stage) ? [.map(stage)] : []) + images.map { .images($0) }
        + (needs.contains(.attention) ? (0..<blocks).map { .attention($0) } : [])
        + (needs.contains(.exits) ? (0..<blocks).map { .exit($0) } : [])
    }

    /// Whether it needs the attention of the blocks.
    var needsAttention: Bool { !needs.isDisjoint(with: [.attention, .attentionWeights, .exits]) }
  }

  /// Where a gradient is wanted.
  enum Place: Hashable {
    case map(String)
    case images(RectifierRule)
    /// The attention of a block.
    case attention(Int)
    /// The attention of a block, of the target as if the network ended behind it.
    case exit(Int)
  }

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
    var places: [Target: Set<Place>] = [:]
    for want in wants {
      let own = want.places(blocks: classifier.blocksRead)
      if !own.isEmpty { places[want.target, default: []].formUnion(own) }
    }
    let biasTargets = Set(wants.filter { $0.needs.contains(.biases) }.map(\.target))
    let run = Run(classifier, images, classes, imageOfRow, wants.contains(where: \.needsAttention))
    let isBehindLast = biasTargets.isEmpty && classifier.readsLastMapOnly
    if places.isEmpty || isBehindLast && places.values.allSatisfy({ $0 == [.map(classifier.lastStage)] }) {
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
  func gradient(_ target: Target, at place: Place) -> Tensor {
    guard let found = gradients.places[target] else {
      preconditionFailure("capture: the gradient of \(target.name) was not asked for; say so in needs")
    }
    if let gradient = found[place] { return gradient }
    let shape =
      switch place {
      case .map(let name): features[name].shape
      case .images: images.shape
      case .attention(let block), .exit(let block): features.attention[block].shape
      }
    return .zeros([imageOfRow.count, shape[1], shape[2], shape[3]])
  }
}

/// The gradients of targets.
private struct TargetGradients {
  /// `[rows, height, width, channels]` by target and place.
  var places: [Target: [CapturedPass.Place: Tensor]] = [:]
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
  let needsAttention: Bool

  init(
    _ classifier: any Classifier, _ images: Tensor, _ classes: [Int], _ rows: [Int], _ needsAttention: Bool
  ) {
    self.classifier = classifier
    self.images = images
    self.classes = classes
    self.rows = rows
    self.needsAttention = needsAttention
  }

  private func features(_ images: Tensor) -> FeatureMaps {
    needsAttention ? classifier.attendedFeatures(images) : classifier.features(images)
  }

  /// Below the last map nothing needs a gradient: the backbone runs once per image, the classifier per row.
  func behindLast(_ targets: [Target]) -> Result {
    let plain = features(images).detached()
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
      gradients.places[target]?[.map(name)] = table[leaf]
    }
    let first = stride(from: 0, to: rows.count, by: classes.count)
    return (plain, logits.detached().gathered(Array(first), axis: 0), gradients)
  }

  /// The whole network once per image, and back once for each class and target; once more for each further
  /// rule of rectifiers, and through one block for each block that the network might end behind.
  func throughAll(_ places: [Target: Set<CapturedPass.Place>], _ biasTargets: Set<Target>) -> Result {
    let leaf = images.tracked()
    let forward = {
      let features = self.features(leaf)
      return (features, classifier.logits(features))
    }
    let ((features, logits), taps) =
      biasTargets.isEmpty ? (forward(), []) : BiasTaps.collecting(forward)
    let graph = RecordedPass(classifier: classifier, images: leaf, features: features, logits: logits)
    var gradients = TargetGradients()
    for target in Set(places.keys).union(biasTargets) {
      let places = places[target] ?? []
      let taps = biasTargets.contains(target) ? taps : []
      var found: [CapturedPass.Place: [Tensor?]] = [:]
      var strengths: [[Tensor?]] = taps.map { _ in [] }
      for index in classes {
        let (table, parts) = graph.gradients(target, of: index, at: places, and: taps.map { $0.output })
        for place in places { found[place, default: []].append(parts[place]) }
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

/// A forward pass that can be gone back through.
private struct RecordedPass {
  let classifier: any Classifier
  /// Tracked.
  let images: Tensor
  let features: FeatureMaps
  let logits: Tensor

  /// The gradients of a target for one class at places, and the table of further `tensors`.
  func gradients(
    _ target: Target, of index: Int, at places: Set<CapturedPass.Place>, and tensors: [Tensor]
  ) -> (table: Gradients, parts: [CapturedPass.Place: Tensor]) {
    let wanted = [Int](repeating: index, count: images.shape[0])
    let scores = target(logits, classes: wanted)
    let sources = places.compactMap(source) + tensors
    let table = scores.gradients(from: .ones(scores.shape), of: sources, retainingGraph: true)
    var parts: [CapturedPass.Place: Tensor] = [:]
    for place in places {
      switch place {
      case .map(let name): parts[place] = features.gradient(name, in: table)
      case .images(.plain): parts[place] = table[images]
      case .images(let rule):
        parts[place] =
          scores.gradients(from: .ones(scores.shape), of: [images], rectifiers: rule, retainingGraph: true)[
            images]
      case .attention(let block): parts[place] = table[features.attention[block]]
      case .exit(let block):
        let early = target(classifier.logits(features, endingBehind: block), classes: wanted)
        let weights = features.attention[block]
        parts[place] =
          early.gradients(from: .ones(early.shape), of: [weights], retainingGraph: true)[weights]
      }
    }
    return (table, parts)
  }

  /// Where the plain gradient of a place is found.
  private func source(_ place: CapturedPass.Place) -> Tensor? {
    switch place {
    case .map(let name): features.source(name)
    case .images(.plain): images
    case .attention(let block): features.attention[block]
    case .images, .exit: nil
    }
  }
}

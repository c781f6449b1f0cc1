import Autograd
import Files
import Imaging
import Metrics
import Models
import WeakSupervision

/// Judges the maps of all methods by all yardsticks.
struct MapJudge {
  /// The network whose head alone, and all of it, is random.
  private static let randomParts = ["head", "network"]

  private let network: ExplainedNetwork
  private let methods: ExplainerList
  /// The scores of each method.
  private(set) var scores: [MethodScore]
  /// The number of pictures with a mask or boxes.
  private(set) var places = 0

  /// A judge of methods on one network.
  init(_ methods: ExplainerList, of network: ExplainedNetwork) {
    self.methods = methods
    self.network = network
    scores = methods.explainers.map { _ in
      MethodScore(classes: network.classNames.count, randomized: Self.randomParts)
    }
  }

  /// Judges the maps of one picture; where they lie only if the truth is known.
  mutating func add(_ maps: PictureMaps, named name: String, _ truth: PlaceTruth?) {
    if let truth { addPlaces(maps, named: name, truth) }
    for (index, label) in maps.classes.enumerated() {
      let image = maps.input.reshaped(to: [maps.input.shape[1], maps.input.shape[2], 3])
      let probability: ImageScores = { [network] images in
        network.probabilities(images).gathered([label], axis: 1).scalars
      }
      let occlusion = occlusionMap(
        of: image, cells: min(7, image.shape[0], image.shape[1]), probability)
      for method in scores.indices {
        let map = maps.maps[method][index].values
        if let error = maps.maps[method][index].completenessError {
          scores[method].ownCompleteness.add(error)
        }
        var random = Philox(seed: network.seed, name: "judge \(name)", step: label)
        scores[method].addFaithfulness(
          map, image, whole: maps.probabilities[label], occlusion: occlusion, &random, probability)
        addChanges(map, image, method, index, of: maps.classes, named: name, &random)
      }
    }
  }

  /// Judges where the maps of a picture lie.
  private mutating func addPlaces(_ maps: PictureMaps, named name: String, _ truth: PlaceTruth) {
    places += 1
    let (width, height) = truth.size
    let best = ClassRequest.highest(maps.probabilities, 5)
    let predicted = PictureMaps(
      maps.image, named: name, maps.input, probabilities: maps.probabilities, classes: best,
      by: methods, of: network)
    for method in scores.indices {
      let full = maps.maps[method].map { $0.values.map(height: height, width: width) }
      let predictions = zip(best, predicted.maps[method]).map { label, map in
        LocalizationError.Prediction(
          label: label,
          box: LocalizationError.box(of: map.values.map(height: height, width: width)))
      }
      for (map, label) in zip(full, maps.classes) {
        scores[method].addPlace(map, label: label, truth, predictions)
      }
      if case .mask(let mask) = truth {
        scores[method].addSeeds(zip(maps.classes, maps.maps[method]), asked: maps.classes, mask)
      }
    }
  }

  /// Judges how a map changes with its image, its gradients and its network.
  private mutating func addChanges(
    _ map: Tensor, _ image: Tensor, _ method: Int, _ index: Int, of classes: [Int], named name: String,
    _ random: inout Philox
  ) {
    let (explainer, network, label) = (methods.explainers[method], network, classes[index])
    let plan = ExplanationPlan([explainer], options: methods.shared)
    // A map that depends on the others' is made among the same ones.
    let (asked, column) = explainer.comparesClasses ? (classes, index) : ([label], 0)
    let shape: Shape = [1, image.shape[0], image.shape[1], 3]
    func explained(_ image: Tensor, _ classifier: any Classifier) -> Tensor {
      var own = Philox(seed: network.seed, name: "explainer \(name)")
      let maps = plan(image.reshaped(to: shape), classes: asked, of: classifier, random: &own)[0].maps
      return maps.slice(axis: 3, column..<column + 1).reshaped(to: [maps.shape[1], maps.shape[2]])
    }
    // A map that is the same everywhere says nothing that could be robust.
    scores[method].sensitivity.add(
      map.isConstant ? nil : maxSensitivity(of: image, random: &random) { explained($0, network.classifier) })
    let logits = network.classifier.logits(
      network.classifier.features(Tensor.concatenated([image.reshaped(to: shape), .zeros(shape)], axis: 0)))
    let both = logits.gathered([label], axis: 1).scalars.map(Double.init)
    scores[method].completeness.add(completenessError(of: map, score: both[0], baseline: both[1]))
    if methods.isPlain, let gradient = explainer as? any GradientExplainer {
      addNoise(gradient, map, image.reshaped(to: shape), method, label, &random)
    }
    guard let untrained = network.untrained else { return }
    let stage = explainer.explainsAnyStage ? explainer.stage : ""
    let others: [any Classifier] = [
      ClassifierWithHead(features: network.classifier, head: untrained), untrained,
    ]
    scores[method].randomization.add(map) { last in
      let other = others[last]
      let isThere = stage.isEmpty || other.stages.contains { $0.name == stage }
      return isThere ? explained(image, other) : .zeros(map.shape)
    }
  }

  /// Judges a method of gradients by what noise on them changes.
  private mutating func addNoise(
    _ explainer: any GradientExplainer, _ map: Tensor, _ image: Tensor, _ method: Int, _ label: Int,
    _ random: inout Philox
  ) {
    let capture = Capture(
      image, classes: [label], of: network.classifier, at: explainer.stage,
      target: explainer.target(.logit))
    let (activation, gradient) = (capture.activation, capture.gradient)
    let values = gradient.scalars
    let mean = values.reduce(0, +) / Float(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    scores[method].robustness.add(map) { level in
      let noise = values.map { $0 + level * deviation * random.normal() }
      return explainer.map(activation: activation, gradient: Tensor(noise, shape: gradient.shape))
        .reshaped(to: map.shape)
    }
  }
}

/// The features of one network under the classifier of another of the same backbone.
private struct ClassifierWithHead: Classifier {
  let trained: any Classifier
  let head: any Classifier

  init(features trained: any Classifier, head: any Classifier) {
    self.trained = trained
    self.head = head
  }

  var stages: [BackboneStage] { trained.stages }
  var inputMultiple: Int { trained.inputMultiple }
  var normalization: Normalization { trained.normalization }
  var attention: (any TokenAttention)? { trained.attention }
  func features(_ images: Tensor) -> FeatureMaps { trained.features(images) }
  var readsLastMapOnly: Bool { trained.readsLastMapOnly }
  var readsClassToken: Bool { trained.readsClassToken }
  var blocksRead: Int { trained.blocksRead }
  func attendedFeatures(_ images: Tensor) -> FeatureMaps { trained.attendedFeatures(images) }
  func tokenScores(_ features: FeatureMaps) -> Tensor? { head.tokenScores(features) }
  func logits(_ features: FeatureMaps) -> Tensor { head.logits(features) }
  func logits(_ features: FeatureMaps, endingBehind block: Int) -> Tensor {
    head.logits(features, endingBehind: block)
  }
  func classMaps(_ features: FeatureMaps) -> Tensor { head.classMaps(features) }
}

extension MethodScore {
  /// Judges where the map of a class lies, at the size of the truth.
  fileprivate mutating func addPlace(
    _ map: Tensor, label: Int, _ truth: PlaceTruth, _ predictions: [LocalizationError.Prediction]
  ) {
    let (width, height) = truth.size
    let (object, boxes): ([Bool], [Box])
    switch truth {
    case .mask(let mask):
      guard let id = Self.id(of: label) else { return }
      object = mask.ids.map { $0 == id }
      boxes = Segment.segments(of: object, width: width).map(\.box)
    case .boxes(let entries, _, _):
      boxes = entries.filter { $0.label == label }.map(\.box)
      object = Box.mask(of: boxes, width: width, height: height)
    }
    guard object.contains(true) else { return }
    localization.add(predictions, known: LocalizationError.box(of: map), label: label, boxes: boxes)
    single.add(map, boxes: boxes, width: width, height: height)
    averaged.add(map, boxes: boxes, width: width, height: height)
    if case .mask(let mask) = truth, let id = Self.id(of: label) { pixels.add(map, truth: mask, id: id) }
    pointing.add(map, class: label, object: object, width: width)
    energy.add(energyPointing(map, object: object))
    ratio.add(insideOutsideRatio(map, object: object))
  }

  /// The id of a class in masks; `nil` for one that they cannot name.
  private static func id(of label: Int) -> UInt8? { label < 254 ? UInt8(label + 1) : nil }

  /// Judges the seeds that the maps of a picture's true classes make, if all of them were `asked` for.
  fileprivate mutating func addSeeds(
    _ maps: some Sequence<(Int, PictureMaps.Map)>, asked: [Int], _ mask: LabelMap
  ) {
    let known = Set([0, 255] + asked.compactMap { Self.id(of: $0) })
    guard mask.ids.allSatisfy(known.contains) else { return }
    let present = maps.filter { Self.id(of: $0.0).map(mask.ids.contains) ?? false }.sorted { $0.0 < $1.0 }
    let shown = present.map { _, map in
      PictureMaps.shown(map).values.map(height: mask.height, width: mask.width)
        .reshaped(to: [mask.height, mask.width, 1])
    }
    let maps =
      shown.isEmpty ? .zeros([mask.height, mask.width, 0]) : Tensor.concatenated(shown, axis: 2)
    seeds.add(maps: maps, classes: present.map(\.0), truth: mask)
  }

  /// Judges a map by what its pixels do to the probability of its class.
  fileprivate mutating func addFaithfulness(
    _ map: Tensor, _ image: Tensor, whole: Float, occlusion hidden: Tensor, _ random: inout Philox,
    _ probability: ImageScores
  ) {
    deletion.add(PixelCurve.deletion(of: image, by: map, probability)?.area)
    insertion.add(PixelCurve.insertion(of: image, by: map, probability)?.area)
    let explained = ConfidenceChange.explained(image, by: map).map { kept in
      Double(probability(kept.reshaped(to: [1, image.shape[0], image.shape[1], 3]))[0])
    }
    confidence.add(whole: Double(whole), explained: explained)
    let road = ROAD(of: image, by: map, random: &random, probability)
    removed.most.add(road?.mostRelevantFirst)
    removed.least.add(road?.leastRelevantFirst)
    removed.combined.add(road?.combined)
    occlusion.add(occlusionCorrelation(map, occlusion: hidden))
    infidelity.add(
      map.isConstant ? nil : Metrics.infidelity(of: image, by: map, random: &random, probability))
  }
}

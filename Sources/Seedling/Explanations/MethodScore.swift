import Autograd
import Files
import Imaging
import Metrics

/// What the maps of one method are worth, over all pictures that were judged.
struct MethodScore {
  /// One yardstick.
  struct Figure: Sendable, Equatable {
    /// Its key in `explain.json`.
    let key: String
    /// What tables and charts call it; an arrow says which direction is good.
    let title: String
    /// The value; `nil` where nothing could be judged.
    let value: Double?
    /// The number of pairs of picture and class behind it.
    let used: Int
    /// The number of pairs that it could not judge.
    let skipped: Int
  }

  /// The threshold of seeds that is fixed before.
  static let fixedThreshold: Float = 0.15

  var localization = LocalizationError()
  var single = BoxAccuracy.single()
  var averaged = BoxAccuracy.averaged()
  var pixels = PixelAveragePrecision()
  var pointing: PointingGame
  var energy = ScoreMean()
  var ratio = ScoreMean()
  var seeds: ThresholdSweep
  var deletion = ScoreMean()
  var insertion = ScoreMean()
  var confidence = ConfidenceChange()
  var removed = (most: ScoreMean(), least: ScoreMean(), combined: ScoreMean())
  var occlusion = ScoreMean()
  var sensitivity = ScoreMean()
  var infidelity = ScoreMean()
  var robustness = NoiseRobustness()
  var completeness = ScoreMean()
  /// As a method says it of its own maps, from its own baseline.
  var ownCompleteness = ScoreMean()
  var randomization: ModelRandomization

  /// The score of no map, for a network of some classes.
  init(classes: Int, randomized parts: [String]) {
    pointing = PointingGame(classes: classes)
    // A mask tells no more classes apart.
    seeds = ThresholdSweep(classes: min(classes + 1, 255))
    randomization = ModelRandomization(parts: parts)
  }

  /// All yardsticks, those of places before those of the network's scores.
  var figures: [Figure] { places + scores }

  /// Where a map lies, against masks.
  private var places: [Figure] {
    func figure(_ key: String, _ title: String, _ mean: ScoreMean) -> Figure {
      Figure(key: key, title: title, value: mean.value, used: mean.used, skipped: mean.skipped)
    }
    let points = pointing.accuracies
    let point = (points.reduce(0) { $0 + $1.used }, points.reduce(0) { $0 + $1.skipped })
    let matrix = seeds.confusion(at: 0)
    let hasMasks = matrix.total > 0
    func boxes(_ key: String, _ title: String, _ accuracy: BoxAccuracy) -> Figure {
      Figure(
        key: key, title: title, value: accuracy.value, used: accuracy.images, skipped: accuracy.skipped)
    }
    return [
      figure("localizationErrorTop1", "localisation error, top 1 ↓", localization.top1),
      figure("localizationErrorTop5", "localisation error, top 5 ↓", localization.top5),
      figure("localizationErrorKnown", "localisation error, class known ↓", localization.knownClass),
      boxes("maxBoxAcc", "MaxBoxAcc ↑", single), boxes("maxBoxAccV2", "MaxBoxAccV2 ↑", averaged),
      Figure(
        key: "pxAP", title: "PxAP ↑", value: pixels.value, used: pixels.images, skipped: pixels.skipped),
      Figure(
        key: "pointing", title: "pointing game ↑", value: pointing.value, used: point.0, skipped: point.1),
      figure("energyPointing", "energy on the object ↑", energy),
      figure("insideOutside", "inside / outside ↑", ratio),
      Figure(
        key: "seedsBest", title: "seeds' mIoU, best threshold ↑", value: hasMasks ? seeds.best.meanIoU : nil,
        used: single.images, skipped: 0),
      Figure(
        key: "seedsFixed", title: "seeds' mIoU, threshold \(Self.fixedThreshold) ↑",
        value: hasMasks ? seeds.point(at: Self.fixedThreshold).meanIoU : nil, used: single.images,
        skipped: 0),
    ]
  }

  /// What the network says of pictures that are changed by a map.
  private var scores: [Figure] {
    func figure(_ key: String, _ title: String, _ mean: ScoreMean) -> Figure {
      Figure(key: key, title: title, value: mean.value, used: mean.used, skipped: mean.skipped)
    }
    func confident(_ key: String, _ title: String, _ value: Double?) -> Figure {
      Figure(
        key: key, title: title, value: value, used: confidence.drops.count - confidence.skipped,
        skipped: confidence.skipped)
    }
    return [
      figure("deletion", "deletion ↓", deletion), figure("insertion", "insertion ↑", insertion),
      confident("averageDrop", "average drop ↓", confidence.averageDrop),
      confident("increase", "increase in confidence ↑", confidence.increase),
      figure("roadMoRF", "ROAD, most relevant first ↓", removed.most),
      figure("roadLeRF", "ROAD, least relevant first ↑", removed.least),
      figure("road", "ROAD, combined ↑", removed.combined),
      figure("occlusionCorrelation", "rank correlation with occlusion ↑", occlusion),
      figure("maxSensitivity", "max-sensitivity ↓", sensitivity),
      figure("infidelity", "infidelity ↓", infidelity),
      figure("noiseSimilarity", "SSIM under gradient noise ↑", robustness.similarities[0]),
      figure("noiseError", "squared error under gradient noise ↓", robustness.errors[0]),
      figure("completenessError", "completeness error ↓", completeness),
      figure("ownCompletenessError", "completeness error, own baseline ↓", ownCompleteness),
    ]
      + zip(randomization.parts, randomization.correlations).map { part, mean in
        figure("random.\(part)", "rank correlation, \(part) random → 0", mean)
      }
  }

  /// The yardsticks as members of `explain.json`; wins over the others by their labels.
  func json(wins: [(label: String, share: Double?)]) -> JSON {
    var members = figures.map { figure in
      JSON.Member(
        figure.key,
        ["value": JSON(figure.value), "used": JSON(figure.used), "skipped": JSON(figure.skipped)])
    }
    members.append(
      JSON.Member("wins", .object(wins.map { JSON.Member($0.label, JSON($0.share)) })))
    members.append(
      JSON.Member(
        "noise",
        .list(
          robustness.levels.indices.map { index in
            [
              "level": JSON(robustness.levels[index]), "ssim": JSON(robustness.similarities[index].value),
              "mse": JSON(robustness.errors[index].value),
            ]
          })))
    return .object(members)
  }
}

import Autograd
import Imaging
import Training
import WeakSupervision

/// The maps of all methods for some classes of one picture.
struct PictureMaps {
  /// One map with what it is about.
  struct Map {
    /// The raw map `[rows, columns]` on the method's own grid; zeros where it was not finite.
    let values: Tensor
    /// What is wrong with it.
    let flaw: MapFlaw?
    /// What else the method says of it, by name.
    let figures: [String: Float]

    /// How far the method itself says that its sum is from what the target gains, as a share of that; `nil`
    /// where it says nothing, or where nothing is gained.
    var completenessError: Double? {
      guard let error = figures["completeness error"], let gain = figures["gain"], gain != 0 else {
        return nil
      }
      let share = Double(error) / Double(abs(gain))
      return share.isFinite ? share : nil
    }
  }

  /// Above so many classes, a further pass is made, so that memory does not grow with them.
  private static let classesAtOnce = 16

  /// The picture.
  let image: Image
  /// What the network read, `[1, height, width, 3]`.
  let input: Tensor
  /// The probability of each class of the network.
  let probabilities: [Float]
  /// The explained classes, counted from 0.
  let classes: [Int]
  /// The map of each method and class.
  let maps: [[Map]]

  /// Explains classes of a picture; random numbers come from the stream of its name.
  init(
    _ image: Image, named name: String, _ input: Tensor, probabilities: [Float], classes: [Int],
    by methods: ExplainerList, of network: ExplainedNetwork
  ) {
    self.image = image
    self.input = input
    self.probabilities = probabilities
    self.classes = classes
    let explainers = methods.explainers
    let plan = ExplanationPlan(explainers, options: methods.shared)
    var maps = explainers.map { _ in [Map]() }
    let atOnce = explainers.contains(where: \.comparesClasses) ? classes.count : Self.classesAtOnce
    for start in stride(from: 0, to: classes.count, by: max(atOnce, 1)) {
      let part = Array(classes[start..<min(start + atOnce, classes.count)])
      var random = Philox(seed: network.seed, name: "explainer \(name)")
      let explanations = plan(input, classes: part, of: network.classifier, random: &random)
      for (method, explanation) in explanations.enumerated() {
        maps[method] += part.indices.map { explanation.map(0, $0) }
      }
    }
    self.maps = maps
  }

  /// The map of a method for a class, for pictures: its positive part as shares of its maximum, so that 0
  /// stands for no evidence; zeros where there is none.
  static func shown(_ map: Map) -> (values: Tensor, maximum: Float) {
    let positive = map.values.relu()
    let high = positive.scalars.max() ?? 0
    return (high > 0 ? positive / high : positive, high)
  }
}

extension Explanation {
  /// The map of one image and one class.
  fileprivate func map(_ image: Int, _ index: Int) -> PictureMaps.Map {
    let grid = maps.shape
    let values = maps.slice(axis: 0, image..<image + 1).slice(axis: 3, index..<index + 1)
    return PictureMaps.Map(
      values: values.reshaped(to: [grid[1], grid[2]]), flaw: flaws[image][index],
      figures: figures.mapValues { $0[image * classes.count + index] })
  }
}

extension Tensor {
  /// Whether all values are the same.
  var isConstant: Bool { minimum().scalar == maximum().scalar }

  /// A map `[rows, columns]` at the size of a picture.
  func map(height: Int, width: Int) -> Tensor {
    reshaped(to: [1, shape[0], shape[1], 1]).resized(height: height, width: width, .bilinear)
      .reshaped(to: [height, width])
  }
}

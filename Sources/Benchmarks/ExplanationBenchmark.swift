import Autograd
import Configuration
import Models
import Training
import WeakSupervision

/// The maps of some methods for some classes of one image, as large as the image and brought to 0 … 1.
///
/// The network has the classifier of published weights for 1000 classes, with random values.
/// `Tests/Oracle/explain_step.py` does the same with PyTorch and grad-cam.
public struct ExplanationBenchmark {
  /// The steps before the measured ones.
  private static let warmUp = 2

  private let model: String
  private let classes: [Int]
  private let image: Tensor
  private let plan: ExplanationPlan
  private let classifier: PublishedClassifier

  /// A benchmark of the methods called so on the backbone called `model`, for the first `classes` classes of
  /// an image of `size` × `size` pixels.
  ///
  /// - Throws: `BenchmarkError` if there is no such backbone or method, or they do not fit each other, the
  ///   number of classes or the size.
  public init(model: String, methods: [String], classes: Int, size: Int) throws(BenchmarkError) {
    let options = try NetworkBenchmark.options(model, nil)
    guard size > 0, size % options.inputMultiple == 0 else {
      throw .illegalSize(size, model: model, nearest: options.nearestLegalExtent(size))
    }
    guard (1...1000).contains(classes) else { throw .illegalClasses(classes) }
    let known = Catalog.Explainers.components
    var explainers: [any Explainer] = []
    for method in methods {
      guard let explainer = known.first(where: { type(of: $0).name == method }) else {
        throw .unknownMethod(method, known: known.map { type(of: $0).name })
      }
      do { try explainer.validate(for: options) } catch { throw .illegalMethod(method, reason: "\(error)") }
      explainers.append(explainer)
    }
    guard !explainers.isEmpty else { throw .unknownMethod("", known: known.map { type(of: $0).name }) }
    self.model = model
    self.classes = Array(0..<classes)
    plan = ExplanationPlan(explainers)
    classifier = PublishedClassifier(untrained: options, classNames: (0..<1000).map(String.init), seed: 0)
    var random = Philox(seed: 0, name: "benchmark")
    image = Tensor(shape: [1, size, size, 3]) { out in
      for index in out.indices { out[index] = random.normal() }
    }
  }

  /// Measures `steps` explanations.
  public func run(_ steps: Int) -> NetworkResult {
    let side = image.shape[1]
    let measurement = Measurement(runs: steps, warmUp: Self.warmUp) {
      var random = Philox(seed: 0)
      for explanation in plan(image, classes: classes, of: classifier, random: &random) {
        let positive = explanation.maps.relu()
        let shares = positive / (positive.maximum(axes: [1, 2], keepingAxes: true) + 1e-7)
        _ = shares.resized(height: side, width: side, .bilinear)
      }
    }
    return NetworkResult(
      model: model, batch: 1, size: side, threads: Parallel.threadCount,
      secondsPerStep: measurement.median, imagesPerSecond: 1 / measurement.median,
      peakRssMib: peakResidentMebibytes())
  }
}

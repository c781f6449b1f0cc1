import Autograd
public import Configuration
import Imaging

/// Class maps of training images beside their photographs, as rules for the background ask for them.
public struct MapSample {
  /// The number of images.
  public let count: Int
  private let element: (_ index: Int) throws -> LabelingInput

  /// A sample of `count` images that `element` reads.
  public init(count: Int, element: @escaping (_ index: Int) throws -> LabelingInput) {
    self.count = count
    self.element = element
  }

  /// At most `limit` of the images, at even distances.
  public func spread(_ limit: Int) -> MapSample {
    guard count > limit else { return self }
    return MapSample(count: limit) { [count, element] in try element($0 * count / limit) }
  }

  /// What `body` makes of each image that shows a class, in order; several at a time on all cores.
  ///
  /// - Throws: what reading an image throws.
  public func map<Output: Sendable>(
    _ body: @Sendable (LabelingInput) -> Output
  ) throws -> [Output] {
    let block = 4 * Parallel.coreCount
    var outputs: [Output] = []
    for first in stride(from: 0, to: count, by: block) {
      let inputs = try (first..<min(count, first + block)).map(element).filter { !$0.maps.classes.isEmpty }
      outputs += Parallel.map(inputs.count) { body(inputs[$0]) }
    }
    return outputs
  }
}

/// The values that a rule has chosen, and what it chose by.
public struct BackgroundChoice: Sendable, Codable, Equatable {
  /// One point of the criterion's curve.
  public struct Point: Sendable, Codable, Equatable {
    /// A value of class maps, 0 to 1.
    public let threshold: Float
    /// The criterion there.
    public let value: Double

    /// A point.
    public init(_ threshold: Float, _ value: Double) {
      self.threshold = threshold
      self.value = value
    }
  }

  /// The value of class maps below which a pixel is background in seeds, 0 to 1.
  public var threshold: Float
  /// The value of class maps below which a pixel is background where refinement begins, 0 to 1.
  public var refinement: Float
  /// The criterion over thresholds; empty where there is none.
  public var curve: [Point] = []
  /// What the criterion is, in a few words; empty where there is none.
  public var criterion = ""

  /// A choice; refinement begins with the same value unless another one is given.
  public init(_ threshold: Float, refinement: Float? = nil, curve: [Point] = [], criterion: String = "") {
    self.threshold = threshold
    self.refinement = refinement ?? threshold
    self.curve = curve
    self.criterion = criterion
  }
}

/// A way to choose the value of class maps below which a pixel is background, from images and labels alone.
public protocol BackgroundRule: Component {
  /// The values for the images whose maps `sample` holds.
  ///
  /// - Throws: what reading the sample throws.
  func choice(_ sample: MapSample) throws -> BackgroundChoice
}

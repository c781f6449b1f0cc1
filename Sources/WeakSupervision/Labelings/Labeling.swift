public import Autograd
public import Configuration
public import Imaging

/// What is known of a training image when its pseudo-mask is made.
public struct LabelingInput: Sendable {
  /// The photograph.
  public let image: Image
  /// Its class maps.
  public let maps: ClassMaps

  /// The maps of a photograph.
  public init(image: Image, maps: ClassMaps) {
    self.image = image
    self.maps = maps
  }
}

/// Labels that refinement has made, and how probable they are.
public struct RefinedPixels: Sendable {
  /// The most probable class of each pixel.
  public let labels: LabelMap
  /// The ids are the probabilities of `labels` in steps of 1/255.
  public let confidence: LabelMap

  /// Labels with their probabilities, of one size.
  public init(labels: LabelMap, confidence: LabelMap) {
    self.labels = labels
    self.confidence = confidence
  }

  /// The most probable class of each pixel of `[height, width, 1 + classes]` of these maps' classes.
  public init(_ probabilities: Tensor, of maps: ClassMaps) {
    labels = maps.labels(probabilities)
    confidence = LabelMap(
      width: probabilities.shape[1], height: probabilities.shape[0],
      ids: probabilities.maximum(axes: [2]).scalars.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) })
  }
}

/// How the labels of an image come about: a class's id, 0 for background, or 255 where a pixel stays open.
public enum LabelingRule: Sendable {
  /// From class maps and the photograph.
  case ofMaps(@Sendable (LabelingInput) -> LabelMap)
  /// From what refinement has made of them.
  case ofRefined(@Sendable (RefinedPixels) -> LabelMap)

  /// Whether refined labels are read.
  public var readsRefinement: Bool {
    if case .ofRefined = self { true } else { false }
  }
}

/// A way to choose which pixels of a training image get a label, and which stay open.
public protocol Labeling: Component {
  /// What the labels are made of, and how.
  var rule: LabelingRule { get }
  /// Whether the band of the seeds' background decides; of refined labels those in it are left open.
  var readsBand: Bool { get }
  /// The labeling with numbers of the seeds' background where options say `seeds`.
  func with(_ background: BackgroundChoice) -> Self
}

extension Labeling {
  public var readsBand: Bool { false }

  public func with(_ background: BackgroundChoice) -> Self { self }
}

/// Labels that two runs give, one beside a high and one beside a low background.
///
/// A pixel shows the class that wins against the high background, is background where even the low one wins,
/// and stays open otherwise.
public enum TwoBackgrounds {
  /// The ids on which both runs agree, 255 where they differ.
  public static func agreed<ID: Numeric & Comparable>(high: [ID], low: [ID], undecided: ID) -> [ID] {
    zip(high, low).map { sure, possible in sure > 0 ? sure : possible > 0 ? undecided : 0 }
  }
}

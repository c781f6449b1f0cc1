public import Configuration

/// When and how labels that a segmenter begins to memorise give way to its own (Liu et al., ADELE, CVPR
/// 2022).
public struct CorrectionOptions: Section, Validatable {
  public var enabled = false
  /// The steps between two measurements of each class's IoU with its labels.
  public var every = 50
  /// The part of its slope after the first epoch that a class's curve must have lost, 0 … 1.
  public var slopeLoss: Double = 0.9
  /// The probability above which the network's own class counts, 0 … 1.
  public var confidence: Float = 0.8
  /// The scale factors whose probabilities are averaged.
  public var scales: [Float] = [0.7, 1, 1.5]

  public static let documentation = [
    "enabled": "whether labels of classes that are being memorised give way to the network's own",
    "every": "steps between two measurements of each class's IoU with its labels",
    "slopeLoss": "part of its slope after the first epoch that a class's curve has lost by then",
    "confidence": "probability above which the network's own class counts",
    "scales": "scale factors whose probabilities are averaged",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard every >= 1 else { throw .invalid("every", "is \(every); use 1 or more") }
    guard (0...1).contains(slopeLoss) else {
      throw .invalid("slope_loss", "is \(slopeLoss); use a number from 0 to 1")
    }
    guard (0...1).contains(confidence) else {
      throw .invalid("confidence", "is \(confidence); use a number from 0 to 1")
    }
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 }) else {
      throw .invalid("scales", "is \(scales); use numbers above 0")
    }
  }
}

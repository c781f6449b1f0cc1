public import Autograd
public import Configuration
public import NeuralNetwork

/// A network from feature maps to a class score for each cell.
public protocol SegmentationHead {
  /// Logits `[batch, height, width, classes]` on the grid of the finest map that the head reads.
  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor
}

/// The options of a segmentation head, which build it.
public protocol HeadOptions: Component, BackboneDependent {
  /// A head for `backbone` whose parameters are below `scope`.
  func build(for backbone: any Backbone, classes: Int, in scope: ParameterScope) -> any SegmentationHead
}

/// Refuses dilations that a convolution cannot have.
func validateRates(_ rates: [Int]) throws(ConfigurationError) {
  guard rates.allSatisfy({ $0 > 0 }) else {
    throw .invalid("rates", "is \(rates); use numbers from 1")
  }
}

/// Refuses a probability of zeroing a feature that leaves none.
func validateDropout(_ probability: Float) throws(ConfigurationError) {
  guard (0..<1).contains(probability) else {
    throw .invalid("dropout", "is \(probability); use a number from 0 to below 1")
  }
}

/// Refuses the first option that is not positive.
func validateCounts(_ counts: KeyValuePairs<String, Int>) throws(ConfigurationError) {
  for (key, count) in counts where count < 1 { throw .invalid(key, "is \(count); use 1 or more") }
}

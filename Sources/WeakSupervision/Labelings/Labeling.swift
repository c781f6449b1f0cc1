public import Autograd
public import Configuration
public import Imaging

/// A way to choose which pixels of a training image get a label, and which stay open.
///
/// Every labelling is a ``SeedLabeling`` or a ``RefinedLabeling``.
public protocol Labeling: Component, Validatable {}

/// A labelling that reads class maps and the photograph.
public protocol SeedLabeling: Labeling {
  /// The labels: a class's id, 0 for background, or 255 where a pixel stays open.
  ///
  /// `maps` are `[height, width, classes]` in 0 … 1 at the image's size; channel i is the class at
  /// `classes[i]`, whose id is its index + 1.
  func callAsFunction(_ maps: Tensor, classes: [Int], image: Image) -> LabelMap
}

/// A labelling that reads refined labels and how probable they are.
public protocol RefinedLabeling: Labeling {
  /// The labels, 255 where a pixel stays open; the ids of `confidence` are the probabilities of `labels` in
  /// steps of 1/255.
  func callAsFunction(_ labels: LabelMap, confidence: LabelMap) -> LabelMap
}

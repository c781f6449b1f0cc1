public import Autograd
public import Configuration
public import Models

/// A method that shows where in an image the evidence for a class is.
///
/// A member is one file that states its formula. What all of them need is written once, in the callers:
/// scales, mirror images, rectification across views, resizing and normalisation.
public protocol Explainer: Component, BackboneDependent {
  /// The name of the feature map that is explained; empty for the last one.
  var stage: String { get }
  /// The evidence for each of `classes` in each of `images`, on the grid of the explained feature map.
  ///
  /// - Parameters:
  ///   - images: `[batch, height, width, 3]`, normalised.
  ///   - classes: indices of foreground classes, counted from 0; every image is explained for all of them.
  ///   - classifier: the network that is explained.
  ///   - random: where methods that draw samples take them from; the same stream gives the same maps.
  /// - Returns: raw maps `[batch, rows, columns, classes]` in the order of `classes`, of any range.
  func maps(
    _ images: Tensor, classes: [Int], of classifier: any Classifier, random: inout Philox
  ) -> Tensor
}

extension Explainer {
  public var stage: String { "" }
}

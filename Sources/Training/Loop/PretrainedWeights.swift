import Foundation
import Models
public import NeuralNetwork

extension ParameterStore {
  /// Gives the parameters below `backbone.` the pretrained values that the options name, if they name any.
  ///
  /// The file has torchvision's or timm's names, without the prefix; its ImageNet classifier is left out.
  /// What is not of the backbone, and components between its blocks, keep their initial values.
  ///
  /// - Throws: `RunError.missingWeights`, `WeightLoadError` if the file cannot be read or belongs to another
  ///   backbone.
  public func startBackbone(from model: ModelOptions) throws {
    let path = model.weights
    guard path != "none" else { return }
    guard FileManager.default.fileExists(atPath: path) else { throw RunError.missingWeights(path: path) }
    let classifiers = ["head.", "head_dist.", "fc.", "classifier."]
    let own = stateEntries().map(\.name).filter { name in
      !name.hasPrefix("backbone.") || name.hasPrefix("backbone.\(BlockComponents.scope).")
    }
    try load(
      path: path,
      renaming: { name in classifiers.contains { name.hasPrefix($0) } ? nil : "backbone." + name },
      tolerance: LoadTolerance(missing: own))
  }
}

import NeuralNetwork

extension ParameterStore {
  /// Gives the parameters below `backbone.` the values of a file of pretrained weights.
  ///
  /// The file has torchvision's or timm's names, without the prefix; its ImageNet classifier is left out.
  ///
  /// - Throws: `WeightLoadError` if the file cannot be read or belongs to another backbone.
  func loadBackbone(from path: String) throws(WeightLoadError) {
    let classifiers = ["head.", "head_dist.", "fc.", "classifier."]
    try load(
      path: path,
      renaming: { name in
        classifiers.contains { name.hasPrefix($0) } ? nil : "backbone." + name
      },
      tolerance: LoadTolerance(missing: [
        "classifier.*", "head.*", "auxiliary.*", "projection.*", "teacher.*",
      ]))
  }
}

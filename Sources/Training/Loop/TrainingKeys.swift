/// What the keys mean that all training stages have.
enum TrainingKeys {
  static let documentation = [
    "augmentation": "how training images are varied",
    "schedule": "length and learning rate schedule",
    "optimizer": "adamw or sgd, with its options",
    "groups": "exceptions for parameters by the beginning of their names",
    "clipNorm": "greatest norm of all gradients together; 0 is off",
  ]

  /// These and a section's own, which win.
  static func documentation(with own: [String: String]) -> [String: String] {
    documentation.merging(own) { $1 }
  }
}

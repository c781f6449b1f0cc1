/// What a training step is made from.
public protocol TrainingBatch: Sendable {
  /// The name of each sample.
  var ids: [String] { get }
}

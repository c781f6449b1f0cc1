import Foundation

/// What a stage remembers from step to step beside weights and optimizer; checkpoints hold it, so that a
/// resumed run goes on as if it had not been interrupted.
protocol StepMemory: AnyObject {
  var encoded: Data { get throws }

  /// - Throws: if `data` is not what `encoded` once gave.
  func restore(_ data: Data) throws
}

public import Autograd
import Synchronization

/// Notes what layers add to their maps, for explanations that ask for the gradients of biases position by
/// position.
///
/// While some are collected, a norm in inference is not joined with what stands around it, so that its output
/// is a tensor of its own.
public final class BiasTaps: Sendable {
  /// The output of a layer, `[batch, height, width, channels]`, and the bias that is part of it.
  public struct Tap: Sendable {
    /// What the layer has computed, with the bias.
    public let output: Tensor
    /// What was added at every position, `[channels]`.
    public let bias: Tensor
  }

  @TaskLocal static var current: BiasTaps?
  private let taps = Mutex<[Tap]>([])

  private init() {}

  /// What `body` gives, and the taps of the convolutions and norms that ran in it, in order.
  public static func collecting<Result>(_ body: () -> Result) -> (result: Result, taps: [Tap]) {
    let collection = BiasTaps()
    let result = $current.withValue(collection, operation: body)
    return (result, collection.taps.withLock { $0 })
  }

  func note(_ output: Tensor, bias: Tensor) {
    let tap = Tap(output: output, bias: bias.detached())
    taps.withLock { $0.append(tap) }
  }
}

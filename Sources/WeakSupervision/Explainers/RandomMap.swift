public import Autograd
import Configuration

/// Uniform noise of 0 to 1 at each position of the last feature map: what every other explainer must beat.
///
/// Each class has noise of its own, the same for all images of a batch.
public struct RandomMap: Explainer {
  public static let name = "random"

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var dependsOnTarget: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let (height, width) = (capture.map.shape[1], capture.map.shape[2])
    let seed = random.next()
    let maps = capture.classes.map { index in
      var own = Philox(seed: seed, name: "random map", step: index)
      return Tensor((0..<height * width).map { _ in own.uniform() }, shape: [1, height, width, 1])
    }
    return Tensor.concatenated(maps, axis: 3)
      .stretched(to: [capture.images.shape[0], height, width, capture.classes.count])
  }
}

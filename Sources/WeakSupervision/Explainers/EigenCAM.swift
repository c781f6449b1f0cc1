public import Autograd
import Configuration

/// What the channels of a feature map have most in common, whatever the class
/// (Muhammad and Yeasin: Eigen-CAM: Class Activation Map using Principal Components, 2020).
///
///     O = [positions, channels] of A, centred;   O = U s Vᵀ,   L = relu(O v₁)
///
/// The sign of v₁ is the one with which L goes along with the channels' mean.
public struct EigenCAM: Explainer {
  public static let name = "eigen-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("take each channel's mean over positions away first") public var centered = true

  public init() {}

  public var dependsOnTarget: Bool { false }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let maps = PrincipalProjection.of(capture.map, isCentered: centered).relu()
    return capture.byImage(maps.gathered(capture.imageOfRow, axis: 0))
  }
}

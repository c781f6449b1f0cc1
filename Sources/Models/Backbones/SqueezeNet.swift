import Autograd
import Configuration
public import NeuralNetwork

/// SqueezeNet 1.1 with torchvision's names: 1.2 M parameters with its classifier, 512 channels at stride 16
/// (Iandola et al., 2016).
public struct SqueezeNet: BackboneOptions {
  public static let name = "squeezenet1_1"
  public static let headName = "classifier.1"

  public init() {}

  public var stages: [BackboneStage] {
    [
      BackboneStage("features.4", channels: 128, stride: 4, isNonnegative: true),
      BackboneStage("features.7", channels: 256, stride: 8, isNonnegative: true),
      BackboneStage("features.12", channels: 512, stride: 16, isNonnegative: true),
    ]
  }

  public func build(in scope: ParameterScope) -> any Backbone { SqueezeNetNetwork(in: scope["features"]) }

  public func buildWithHead(classes: Int, in scope: ParameterScope) -> any PublishedHead {
    RectifiedHead(build(in: scope), classes: classes, in: scope[Self.headName])
  }
}

/// A stem without padding, then fire modules with three max-pools in ceil mode between them.
private struct SqueezeNetNetwork: Backbone {
  let stages = SqueezeNet().stages
  private let stem: Conv2D
  /// The fire modules by their place in torchvision's sequence; pools have the places between them.
  private let fires: [(place: Int, fire: Fire)]

  init(in scope: ParameterScope) {
    stem = Conv2D(3, 64, kernel: 3, stride: 2, in: scope[0])
    let shapes = [
      (3, 64, 16, 64), (4, 128, 16, 64), (6, 128, 32, 128), (7, 256, 32, 128), (9, 256, 48, 192),
      (10, 384, 48, 192), (11, 384, 64, 256), (12, 512, 64, 256),
    ]
    fires = shapes.map { ($0.0, Fire($0.1, squeeze: $0.2, expand: $0.3, in: scope[$0.0])) }
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    checkImages(SqueezeNet.name, images)
    var features = FeatureMaps()
    var x = Self.pool(stem(Self.enlarged(images), pass).relu())
    for (place, fire) in fires {
      x = fire(x, pass)
      if stages.contains(where: { $0.name == "features.\(place)" }) {
        features.append("features.\(place)", x)
      }
      if place == 4 || place == 7 { x = Self.pool(x) }
    }
    return features
  }

  /// Smaller images are laid on the mean colour: below 25 pixels the last pool's window does not fit.
  private static func enlarged(_ images: Tensor) -> Tensor {
    let (bottom, right) = (max(0, 25 - images.shape[1]), max(0, 25 - images.shape[2]))
    return bottom + right == 0 ? images : images.padded([(0, 0), (0, bottom), (0, right), (0, 0)])
  }

  private static func pool(_ x: Tensor) -> Tensor { x.maxPool2D(window: 3, stride: 2, ceilMode: true) }
}

/// A 1×1 convolution to few channels, then 1×1 and 3×3 convolutions side by side.
private struct Fire: Layer {
  private let squeeze: Conv2D
  private let expand1: Conv2D
  private let expand3: Conv2D

  init(_ inputs: Int, squeeze squeezed: Int, expand: Int, in scope: ParameterScope) {
    squeeze = Conv2D(inputs, squeezed, kernel: 1, in: scope["squeeze"])
    expand1 = Conv2D(squeezed, expand, kernel: 1, in: scope["expand1x1"])
    expand3 = Conv2D(squeezed, expand, kernel: 3, padding: 1, in: scope["expand3x3"])
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let squeezed = squeeze(input, pass).relu()
    return .concatenated([expand1(squeezed, pass).relu(), expand3(squeezed, pass).relu()], axis: 3)
  }
}

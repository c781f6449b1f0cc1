import Configuration
import Models
import NeuralNetwork
import Testing

/// Every backbone with its default options.
let allBackbones: [any BackboneOptions] = [
  ResNet18(), ResNet34(), ResNet50(), ResNet101(), MobileNetV2(), EfficientNetLite0(), EfficientNetLite2(),
  SqueezeNet(), ViTTiny(), ViTSmall(), ViTBase(),
]

/// The backbones that are small enough to train for a step in a test: one of each architecture.
let smallBackbones: [any BackboneOptions] = [
  ResNet18(), MobileNetV2(), EfficientNetLite0(), SqueezeNet(), ViTTiny(),
]

/// Every segmentation head, with few channels.
let allHeads: [any HeadOptions] = {
  var (largeFOV, deepLab) = (LargeFOV(), DeepLabV3Plus())
  largeFOV.channels = 16
  deepLab.channels = 16
  return [LinearHead(), largeFOV, ASPP(), deepLab]
}()

/// A component that is named by its name in test reports.
struct Named<Value: Sendable>: CustomTestStringConvertible, Sendable {
  let name: String
  let value: Value
  var testDescription: String { name }
}

func named(_ options: [any BackboneOptions]) -> [Named<any BackboneOptions>] {
  options.map { Named(name: type(of: $0).name, value: $0) }
}

func named(_ options: [any HeadOptions]) -> [Named<any HeadOptions>] {
  options.map { Named(name: type(of: $0).name, value: $0) }
}

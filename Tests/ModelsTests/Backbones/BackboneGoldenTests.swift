import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing

/// Forward passes with the weights of a formula against torchvision and timm.
@Suite struct BackboneGoldenTests {
  /// A golden file and the options that must reproduce it.
  struct Case: CustomTestStringConvertible {
    let golden: String
    let options: any BackboneOptions
    let size: (batch: Int, height: Int, width: Int)
    var testDescription: String { golden }

    init(
      _ golden: String, _ options: any BackboneOptions, _ batch: Int, _ height: Int, _ width: Int
    ) {
      self.golden = golden
      self.options = options
      size = (batch, height, width)
    }
  }

  @Test(arguments: [
    Case("resnet18", ResNet18(), 2, 47, 66),
    Case("resnet18_stride16", resNet(ResNet18.self, 16), 1, 47, 66),
    Case("resnet50", ResNet50(), 1, 47, 66),
    Case("resnet50_stride16", resNet(ResNet50.self, 16), 1, 47, 50),
    Case("resnet50_stride8", resNet(ResNet50.self, 8), 1, 47, 50),
    Case("resnet50_stride16_plain", resNet(ResNet50.self, 16, dilated: false), 1, 47, 50),
    Case("mobilenetv2", MobileNetV2(), 2, 47, 66),
    Case("mobilenetv2_stride16", mobileNet(16), 1, 47, 50),
    Case("mobilenetv2_stride8", mobileNet(8), 1, 47, 50),
    Case("efficientnet-lite0", EfficientNetLite0(), 2, 47, 66),
    Case("efficientnet-lite0_stride16", efficientNet(16), 1, 47, 50),
    Case("efficientnet-lite0_stride8", efficientNet(8), 1, 50, 47),
    Case("efficientnet-lite2", EfficientNetLite2(), 1, 48, 66),
    Case("squeezenet1_1", SqueezeNet(), 2, 47, 66),
    Case("vit-tiny", ViTTiny(), 2, 48, 80),
    Case("vit-tiny_large", ViTTiny(), 1, 240, 256),
  ])
  func forwardMatchesReference(_ model: Case) throws {
    let golden = try Golden(model.golden)
    let store = ParameterStore(seed: 0)
    let backbone = model.options.build(in: store.root)
    store.fillByFormula()
    let features = backbone(formulaImages(model.size.batch, model.size.height, model.size.width), .inference)
    for name in golden.names where name != "class_token" {
      // Fifty layers of float arithmetic in another order than the reference's.
      let error = try relativeError(features[name].thinned(), golden[name])
      #expect(error < 2e-5, "\(name): relative error \(error)")
    }
    if golden.names.contains("class_token") {
      let token = try #require(features.classToken)
      #expect(try relativeError(token, golden["class_token"]) < 2e-5)
    }
  }

  private static func resNet<Options: ResNetOptions & Adjustable>(
    _ type: Options.Type, _ stride: Int, dilated: Bool = true
  ) -> Options {
    var options = Options()
    options.outputStride = stride
    options.dilated = dilated
    return options
  }

  private static func mobileNet(_ stride: Int) -> MobileNetV2 {
    var options = MobileNetV2()
    options.outputStride = stride
    return options
  }

  private static func efficientNet(_ stride: Int) -> EfficientNetLite0 {
    var options = EfficientNetLite0()
    options.outputStride = stride
    return options
  }
}

/// Options whose geometry can be set.
protocol Adjustable {
  var outputStride: Int { get set }
  var dilated: Bool { get set }
}

extension ResNet18: Adjustable {}
extension ResNet50: Adjustable {}

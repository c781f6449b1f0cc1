import Autograd
import NeuralNetwork

/// A residual network with torchvision's names and its "V1.5" strides (He et al., CVPR 2016).
///
/// Stem 7×7 stride 2 and 3×3 max-pool stride 2, then four stages of residual blocks; the stride of a stage is
/// in the 3×3 convolution of its first block. Maps `layer1` … `layer4`.
struct ResNet: Backbone {
  /// What distinguishes the members of the family.
  struct Variant {
    let name: String
    /// The number of blocks of each stage.
    let depths: [Int]
    let hasBottleneck: Bool
  }

  let stages: [BackboneStage]
  private let name: String
  private let stem: ConvolutionUnit
  private let blocks: [[ResidualBlock]]

  init(
    _ variant: Variant, outputStride: Int, dilated: Bool, frozenNorm: Bool, frozenStages: Int,
    in scope: ParameterScope
  ) {
    checkOutputStride(variant.name, outputStride)
    precondition(
      (0...5).contains(frozenStages), "\(variant.name): frozen stages must be 0 … 5, not \(frozenStages)")
    name = variant.name
    let firstParameter = scope.store.parameters.count
    var ends: [Int] = []
    stem = ConvolutionUnit(
      3, 64, kernel: 7, stride: 2, frozenNorm: frozenNorm, in: scope["conv1"], scope["bn1"])
    ends.append(scope.store.parameters.count)
    let plan = StridePlan(stem: 4, strides: [1, 2, 2, 2], outputStride: outputStride, dilated: dilated)
    var (channels, blocks, stages) = (64, [[ResidualBlock]](), [BackboneStage]())
    for (index, stage) in plan.stages.enumerated() {
      let width = 64 << index
      let outputs = variant.hasBottleneck ? 4 * width : width
      let stageScope = scope["layer\(index + 1)"]
      blocks.append(
        (0..<variant.depths[index]).map { number in
          defer { channels = outputs }
          return ResidualBlock(
            channels, width, outputs, stride: number == 0 ? stage.stride : 1,
            firstDilation: number == 0 ? stage.firstDilation : stage.dilation, dilation: stage.dilation,
            hasBottleneck: variant.hasBottleneck, frozenNorm: frozenNorm, in: stageScope[number])
        })
      ends.append(scope.store.parameters.count)
      stages.append(BackboneStage("layer\(index + 1)", channels: outputs, stride: stage.totalStride))
    }
    self.blocks = blocks
    self.stages = stages
    guard frozenStages > 0 else { return }
    for parameter in scope.store.parameters[firstParameter..<ends[frozenStages - 1]] {
      parameter.isFrozen = true
    }
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    checkImages(name, images)
    var features = FeatureMaps()
    var x = stem(images, pass).maxPool2D(window: 3, stride: 2, padding: 1)
    for (stage, blocks) in zip(stages, blocks) {
      for block in blocks { x = block(x, pass) }
      features.append(stage.name, x)
    }
    return features
  }
}

/// `relu(x + f(x))`, where `f` is two 3×3 convolutions, or 1×1, 3×3 and 1×1 for a bottleneck.
///
/// The identity is projected by a 1×1 convolution where the extents differ.
private struct ResidualBlock: Layer {
  private let units: [ConvolutionUnit]
  private let shortcut: ConvolutionUnit?

  init(
    _ inputs: Int, _ width: Int, _ outputs: Int, stride: Int, firstDilation: Int, dilation: Int,
    hasBottleneck: Bool, frozenNorm: Bool, in scope: ParameterScope
  ) {
    func unit(
      _ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
      activation: Activation = .relu
    ) -> ConvolutionUnit {
      ConvolutionUnit(
        inputs, outputs, kernel: kernel, stride: stride, dilation: dilation, activation: activation,
        frozenNorm: frozenNorm, in: scope["conv\(number)"], scope["bn\(number)"])
    }
    if hasBottleneck {
      units = [
        unit(1, inputs, width, kernel: 1),
        unit(2, width, width, kernel: 3, stride: stride, dilation: firstDilation),
        unit(3, width, outputs, kernel: 1, activation: .none),
      ]
    } else {
      units = [
        unit(1, inputs, width, kernel: 3, stride: stride, dilation: firstDilation),
        unit(2, width, outputs, kernel: 3, dilation: dilation, activation: .none),
      ]
    }
    guard stride != 1 || inputs != outputs else {
      shortcut = nil
      return
    }
    let down = scope["downsample"]
    shortcut = ConvolutionUnit(
      inputs, outputs, kernel: 1, stride: stride, activation: .none, frozenNorm: frozenNorm, in: down[0],
      down[1])
  }

  func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let identity = shortcut?(input, pass) ?? input
    let inner = units.dropLast().reduce(input) { $1($0, pass) }
    return units[units.count - 1](inner, pass, adding: identity, activation: .relu)
  }
}

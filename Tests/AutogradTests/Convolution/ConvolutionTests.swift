import Autograd
import Testing

/// Convolutions and their gradients against plain loops over whole numbers, bit for bit.
@Suite struct ConvolutionTests {
  /// The extents and options of one convolution of `[batch, height, width, inputs]`.
  struct Geometry: Sendable, CustomTestStringConvertible {
    var batch = 2
    var height = 6
    var width = 5
    var inputs: Int
    var outputs: Int
    var kernel = 3
    var stride = 1
    var padding = 1
    var dilation = 1
    var groups = 1

    var testDescription: String {
      "\(inputs) → \(outputs), kernel \(kernel), stride \(stride), padding \(padding), "
        + "dilation \(dilation), groups \(groups), \(batch) × \(height) × \(width)"
    }

    var rows: Int { extent(height) }
    var columns: Int { extent(width) }

    private func extent(_ size: Int) -> Int {
      (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    }
  }

  static let dense: [Geometry] = [(1, 1), (1, 33), (33, 1), (3, 7), (8, 16), (13, 2), (16, 17), (31, 33)]
    .flatMap { channels in
      // Plain loops over many channels and many taps would take too long.
      (channels.0 * channels.1 > 300 ? [1, 3] : [1, 3, 5]).flatMap { kernel in
        [(1, 0, 1), (1, 1, 1), (1, 2, 2), (2, 0, 1), (2, 1, 1), (2, 2, 1), (2, 4, 2)].map { options in
          Geometry(
            height: kernel + 2, width: kernel + 3, inputs: channels.0, outputs: channels.1, kernel: kernel,
            stride: options.0, padding: options.1, dilation: kernel == 1 ? 1 : options.2)
        }
      }
    }

  static let depthwise: [Geometry] = (1...33).flatMap { channels in
    [(3, 1, 1, 1), (3, 2, 1, 1), (3, 1, 2, 2), (5, 1, 2, 1), (5, 2, 2, 1)].map { options in
      Geometry(
        batch: 1, height: 7, inputs: channels, outputs: channels, kernel: options.0, stride: options.1,
        padding: options.2, dilation: options.3, groups: channels)
    }
  }

  static let grouped: [Geometry] = [(4, 6, 2), (9, 3, 3), (16, 32, 4), (12, 12, 6), (34, 17, 17), (8, 24, 8)]
    .flatMap { channels in
      [(1, 1, 0), (3, 1, 1), (3, 2, 1), (5, 1, 2)].map { options in
        Geometry(
          inputs: channels.0, outputs: channels.1, kernel: options.0, stride: options.1, padding: options.2,
          groups: channels.2)
      }
    }

  /// Large enough for several blocks and several threads.
  static let large = [
    Geometry(batch: 1, height: 19, width: 50, inputs: 17, outputs: 33),
    Geometry(batch: 3, height: 13, width: 16, inputs: 33, outputs: 16, stride: 2),
    Geometry(batch: 2, height: 31, width: 12, inputs: 48, outputs: 50, kernel: 1, padding: 0),
    Geometry(batch: 2, height: 33, width: 31, inputs: 33, outputs: 33, groups: 33),
  ]

  /// Windows whose outer taps lie beside the map for whole tiles, for whole blocks, or always.
  static let wide = [
    Geometry(batch: 3, height: 14, width: 14, inputs: 20, outputs: 18, padding: 5, dilation: 5),
    Geometry(batch: 3, height: 14, width: 14, inputs: 20, outputs: 18, padding: 12, dilation: 12),
    Geometry(batch: 1, height: 30, width: 9, inputs: 17, outputs: 33, padding: 20, dilation: 20),
    Geometry(batch: 5, height: 7, width: 7, inputs: 16, outputs: 12, padding: 9, dilation: 9),
    Geometry(batch: 2, height: 16, width: 12, inputs: 19, outputs: 16, stride: 2, padding: 6, dilation: 6),
  ]

  @Test func densely() { for geometry in Self.dense { check(geometry) } }

  @Test func depthByDepth() { for geometry in Self.depthwise { check(geometry) } }

  @Test func inGroups() { for geometry in Self.grouped { check(geometry) } }

  @Test(arguments: large) func overManyBlocks(geometry: Geometry) { check(geometry) }

  @Test(arguments: wide) func farBeyondTheMap(geometry: Geometry) { check(geometry) }

  private func check(_ geometry: Geometry) {
    let (inputs, outputs, kernel) = (geometry.inputs, geometry.outputs, geometry.kernel)
    let x = wholeNumbers([geometry.batch, geometry.height, geometry.width, inputs], seed: 1).tracked()
    let weight = wholeNumbers([kernel, kernel, inputs / geometry.groups, outputs], seed: 2).tracked()
    let bias = wholeNumbers([outputs], seed: 3).tracked()
    let g = wholeNumbers([geometry.batch, geometry.rows, geometry.columns, outputs], seed: 4)
    let output = x.conv2D(
      weight, bias: bias, stride: geometry.stride, padding: geometry.padding, dilation: geometry.dilation,
      groups: geometry.groups)
    let gradients = output.gradients(from: g)
    let plain = PlainConvolution(geometry, x.scalars, weight.scalars, bias.scalars, g.scalars)
    #expect(output.shape == g.shape, "\(geometry.testDescription)")
    #expect(output.scalars == plain.output, "output: \(geometry.testDescription)")
    #expect(gradients[x]?.scalars == plain.inputGradient, "input gradient: \(geometry.testDescription)")
    #expect(
      gradients[weight]?.scalars == plain.weightGradient, "weight gradient: \(geometry.testDescription)")
    #expect(gradients[bias]?.scalars == plain.biasGradient, "bias gradient: \(geometry.testDescription)")
  }
}

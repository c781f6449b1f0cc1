/// A convolution and its gradients by definition.
struct PlainConvolution<Number: BinaryFloatingPoint> {
  private(set) var output: [Number]
  private(set) var inputGradient: [Number]
  private(set) var weightGradient: [Number]
  private(set) var biasGradient: [Number]

  init(
    _ geometry: ConvolutionTests.Geometry, _ x: [Number], _ weight: [Number], _ bias: [Number],
    _ g: [Number]
  ) {
    output = g.indices.map { bias[$0 % bias.count] }
    inputGradient = [Number](repeating: 0, count: x.count)
    weightGradient = [Number](repeating: 0, count: weight.count)
    biasGradient = [Number](repeating: 0, count: bias.count)
    for index in g.indices { biasGradient[index % bias.count] += g[index] }
    let kernel = geometry.kernel
    for batch in 0..<geometry.batch {
      for row in 0..<geometry.rows {
        for column in 0..<geometry.columns {
          for tap in 0..<kernel * kernel {
            let y = row * geometry.stride - geometry.padding + tap / kernel * geometry.dilation
            let x0 = column * geometry.stride - geometry.padding + tap % kernel * geometry.dilation
            guard 0..<geometry.height ~= y, 0..<geometry.width ~= x0 else { continue }
            add(
              geometry, x, weight, g, tap: tap,
              source: ((batch * geometry.height + y) * geometry.width + x0) * geometry.inputs,
              target: ((batch * geometry.rows + row) * geometry.columns + column) * geometry.outputs)
          }
        }
      }
    }
  }

  /// Adds the products of all channels at one pair of positions.
  private mutating func add(
    _ geometry: ConvolutionTests.Geometry, _ x: [Number], _ weight: [Number], _ g: [Number], tap: Int,
    source: Int, target: Int
  ) {
    let (inputs, outputs) = (geometry.inputs / geometry.groups, geometry.outputs / geometry.groups)
    x.withUnsafeBufferPointer { x in
      weight.withUnsafeBufferPointer { weight in
        for channel in 0..<geometry.outputs {
          let first = source + channel / outputs * inputs
          let up = g[target + channel]
          var place = tap * inputs * geometry.outputs + channel
          var sum: Number = 0
          for offset in 0..<inputs {
            sum += x[first + offset] * weight[place]
            inputGradient[first + offset] += up * weight[place]
            weightGradient[place] += up * x[first + offset]
            place += geometry.outputs
          }
          output[target + channel] += sum
        }
      }
    }
  }
}

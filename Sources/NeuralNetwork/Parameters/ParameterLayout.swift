public import Autograd

/// How a parameter's values are ordered in weight files, relative to memory.
public enum ParameterLayout: Sendable {
  /// The same order in both.
  case plain
  /// Memory `[height, width, inputs, outputs]`; files `[outputs, inputs, height, width]`.
  case convolution

  /// The extents in a weight file of a parameter that has `shape` in memory.
  public func fileShape(of shape: Shape) -> Shape {
    switch self {
    case .plain: shape
    case .convolution: [shape[3], shape[2], shape[0], shape[1]]
    }
  }

  /// The values of a weight file in memory order.
  public func memoryOrder(_ tensor: Tensor) -> Tensor {
    switch self {
    case .plain: tensor
    case .convolution: Self.permuted(tensor, [2, 3, 1, 0])
    }
  }

  /// The values in memory in the order of weight files.
  public func fileOrder(_ tensor: Tensor) -> Tensor {
    switch self {
    case .plain: tensor
    case .convolution: Self.permuted(tensor, [3, 2, 0, 1])
    }
  }

  private static func permuted(_ tensor: Tensor, _ axes: [Int]) -> Tensor {
    let shape = Shape(axes.map { tensor.shape[$0] })
    let strides = axes.map { tensor.shape.strides[$0] }
    return Tensor(shape: shape) { out in
      tensor.withSpan { values in
        var index = 0
        for a in 0..<shape[0] {
          for b in 0..<shape[1] {
            for c in 0..<shape[2] {
              for d in 0..<shape[3] {
                out[index] = values[a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3]]
                index += 1
              }
            }
          }
        }
      }
    }
  }
}

public import Autograd
public import NeuralNetwork

/// Numbers of [−0.5, 0.5): murmur3's finaliser over the index, seeded by FNV-1a of the name.
///
/// `Tests/Oracle/models.py` has the same formula, so golden forward passes need no weight file.
public func hashed(_ name: String, _ shape: Shape) -> Tensor {
  var seed: UInt32 = 0x811c_9dc5
  for byte in name.utf8 { seed = (seed ^ UInt32(byte)) &* 0x0100_0193 }
  let start = seed
  return Tensor(shape: shape) { out in
    parallelFill(&out, grain: 1 << 16) { part, offset in
      for index in part.indices {
        var hash = start &+ UInt32(truncatingIfNeeded: offset + index)
        hash = (hash ^ (hash >> 16)) &* 0x85eb_ca6b
        hash = (hash ^ (hash >> 13)) &* 0xc2b2_ae35
        hash ^= hash >> 16
        part[index] = Float(hash >> 8) * 0x1p-24 - 0.5
      }
    }
  }
}

extension ParameterStore {
  /// Gives every tensor the values of the formula: weights keep the variance, norms are near the identity.
  ///
  /// `prefix` is put before the names that the formula sees.
  public func fillByFormula(prefix: String = "") {
    for parameter in parameters {
      let shape = parameter.layout.fileShape(of: parameter.shape)
      let isWeight = parameter.name.hasSuffix("weight")
      let values = hashed(prefix + parameter.name, shape)
      let fanIn = isWeight ? shape.dropFirst().reduce(1, *) : 3
      let (scale, offset): (Float, Float) =
        shape.rank == 1 ? (0.2, isWeight ? 0.9 : 0) : (2 * (3 / Float(fanIn)).squareRoot(), 0)
      parameter.assign(parameter.layout.memoryOrder(values.mapped { $0 * scale + offset }))
    }
    for buffer in buffers {
      let isVariance = buffer.name.hasSuffix("running_var")
      buffer.value = hashed(prefix + buffer.name, buffer.value.shape)
        .mapped { isVariance ? 1 + $0 : 0.2 * $0 }
    }
  }
}

/// The images of `Tests/Oracle/models.py`.
public func formulaImages(_ batch: Int, _ height: Int, _ width: Int) -> Tensor {
  hashed("images", [batch, height, width, 3]) * 4
}

extension Tensor {
  fileprivate func mapped(_ body: (Float) -> Float) -> Tensor {
    Tensor(shape: shape) { out in
      withSpan { values in
        for index in values.indices { out[index] = body(values[index]) }
      }
    }
  }

  /// Every third channel, as the golden files keep them.
  public func thinned() -> Tensor {
    gathered(Array(stride(from: 0, to: shape[rank - 1], by: 3)), axis: rank - 1)
  }
}

/// `max |a − b| / max |b|`.
public func relativeError(_ actual: Tensor, _ expected: Tensor) -> Float {
  guard actual.shape == expected.shape else { return .infinity }
  var (difference, largest): (Float, Float) = (0, 0)
  for (left, right) in zip(actual.scalars, expected.scalars) {
    difference = max(difference, (left - right).magnitude)
    largest = max(largest, right.magnitude)
    if !left.isFinite { return .infinity }
  }
  return difference / largest
}

import Autograd

/// Mean-field inference in a fully connected field with Potts compatibility
/// (Krähenbühl, Koltun: Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials, 2011).
struct MeanField {
  /// A pairwise kernel, filtered symmetrically normalised, and its weight.
  struct Kernel {
    let lattice: PermutohedralLattice
    let weight: Float
  }

  let kernels: [Kernel]

  /// The marginals after `iterations` updates `Q ← softmax(log p + Σ_m w_m K̃_m Q)`.
  ///
  /// `logProbabilities` are the negative unary energies, `[…, channels]`, one row per point; so are the
  /// marginals, whose rows add up to 1.
  func marginals(_ logProbabilities: Tensor, iterations: Int) -> Tensor {
    let rows = ChannelRows(channels: logProbabilities.shape[logProbabilities.rank - 1])
    let unary = rows.packed(logProbabilities, padding: -1e30)
    var marginals = Self.softmax(unary, rows)
    for _ in 0..<iterations {
      var logits = unary
      for kernel in kernels {
        logits = kernel.lattice.filter(marginals, rows, scale: kernel.weight, adding: logits)
      }
      marginals = Self.softmax(logits, rows)
    }
    return rows.unpacked(marginals, shape: logProbabilities.shape)
  }

  private static func softmax(_ logits: Tensor, _ rows: ChannelRows) -> Tensor {
    switch rows.width {
    case 4: softmax(SIMD4<Float>.self, logits, rows)
    case 8: softmax(SIMD8<Float>.self, logits, rows)
    default: softmax(SIMD16<Float>.self, logits, rows)
    }
  }

  private static func softmax<V: FloatVector>(
    _ type: V.Type, _ logits: Tensor, _ rows: ChannelRows
  ) -> Tensor {
    let blocks = rows.stride / V.scalarCount
    return Tensor(shape: logits.shape) { out in
      out.withUnsafeMutableBufferPointer { out in
        logits.withUnsafeScalars { logits in
          guard let source = logits.baseAddress, let target = out.baseAddress else { return }
          for row in Swift.stride(from: 0, to: logits.count, by: rows.stride) {
            var largest = load(source + row, as: V.self)
            for block in 1..<max(blocks, 1) {
              largest = .larger(largest, load(source + row + block * V.scalarCount))
            }
            let shift = V(repeating: largest.max())
            var total = V()
            for block in 0..<blocks {
              let power = exponential(load(source + row + block * V.scalarCount, as: V.self) - shift)
              total += power
              store(power, to: target + row + block * V.scalarCount)
            }
            let scale = 1 / total.sum()
            for block in 0..<blocks {
              let at = target + row + block * V.scalarCount
              store(load(UnsafePointer(at), as: V.self) * scale, to: at)
            }
          }
        }
      }
    }
  }
}

/// Rows of channels, padded to whole vectors.
struct ChannelRows: Sendable {
  /// The number of channels that mean something.
  let channels: Int
  /// The lanes of the vectors that a row is made of: 4, 8 or 16, whichever wastes least.
  let width: Int
  /// The number of values from one row to the next.
  let stride: Int

  init(channels: Int) {
    self.channels = channels
    width = channels <= 4 ? 4 : (channels - 1) % 16 < 8 ? 8 : 16
    stride = (channels + width - 1) / width * width
  }

  /// `[…, channels]` as `[points, stride]`, with `padding` in the lanes that mean nothing.
  func packed(_ values: Tensor, padding: Float) -> Tensor {
    let points = values.count / channels
    return Tensor(shape: [points, stride]) { out in
      values.withSpan { values in
        for point in 0..<points {
          for channel in 0..<channels { out[point * stride + channel] = values[point * channels + channel] }
          for channel in channels..<stride { out[point * stride + channel] = padding }
        }
      }
    }
  }

  /// `[points, stride]` as a tensor of `shape`, `[…, channels]`.
  func unpacked(_ rows: Tensor, shape: Shape) -> Tensor {
    let points = rows.shape[0]
    return Tensor(shape: shape) { out in
      rows.withSpan { rows in
        for point in 0..<points {
          for channel in 0..<channels { out[point * channels + channel] = rows[point * stride + channel] }
        }
      }
    }
  }
}

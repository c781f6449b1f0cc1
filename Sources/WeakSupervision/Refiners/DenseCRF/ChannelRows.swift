import Autograd

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

/// Depthwise convolutions over a lattice, split over the cores by a fixed number of pixels.
struct DepthwiseProduct: Sendable {
  let lattice: Lattice
  let channels: Int

  private var vectors: Int { (channels + 15) / 16 }
  /// Pixels whose table of pointers and lines of channels stay in the caches.
  private var block: Int { max(16, min(256, (1 << 14) / channels)) }

  /// `bias + Σ weights·taps` at every point; `kernel` has one line of channels per tap, chosen by `order`.
  /// `finish` may change the sums.
  func run(
    _ source: Tensor, kernel: Tensor, order: [Int], bias: Tensor?, finish: ProductFinish? = nil,
    into target: SharedPointer<Float>
  ) {
    let taps = order.count
    let weights = packed(kernel, order: order)
    let start = Storage(count: vectors * 16)
    start.base.update(repeating: 0, count: vectors * 16)
    bias?.withPointer { start.base.update(from: $0, count: channels) }
    Parallel.forEachRange(lattice.rows, grain: block) { rows in
      withTable(source, rows) { table in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: block) { lines in
          guard let targets = lines.baseAddress else { return }
          lattice.fillTargets(rows, from: target.pointer, table: targets)
          for pixel in 0..<rows.count {
            DepthwiseKernel.forward(
              table + pixel, pitch: block, taps: taps, weights: weights.base, bias: start.base,
              channels: channels, into: targets[pixel])
          }
          finish?(
            ProductBlock(lines: targets, rows: rows.count, columns: 0..<channels, base: target.pointer))
        }
      }
    }
  }

  /// The gradient of the kernel, one line of channels per tap, written to `target`.
  ///
  /// Fixed parts of the pixels are summed side by side and added in order.
  func weightGradient(_ source: Tensor, gradient: Tensor, into target: SharedPointer<Float>) {
    let (taps, rows) = (lattice.taps.count, lattice.rows)
    let size = vectors * 16 * taps
    let parts = max(1, min(32, rows / 256))
    let part = (rows + parts - 1) / parts
    let partial = Storage(count: parts * size)
    Parallel.forEach(parts) { number in
      let sums = partial.base + number * size
      sums.update(repeating: 0, count: size)
      let end = min(rows, (number + 1) * part)
      for first in stride(from: min(rows, number * part), to: end, by: block) {
        let piece = first..<min(end, first + block)
        withTable(source, piece) { table in
          gradient.withPointer {
            DepthwiseKernel.addWeightGradients(
              table, pitch: block, taps: taps, pixels: piece.count, channels: channels,
              gradient: $0 + first * channels, to: sums)
          }
        }
      }
    }
    for tap in 0..<taps {
      for channel in 0..<channels {
        let offset = (channel / 16 * taps + tap) * 16 + channel % 16
        var total: Float = 0
        for number in 0..<parts { total += partial.base[number * size + offset] }
        target.pointer[tap * channels + channel] = total
      }
    }
  }

  /// Calls `body` with where some pixels read each tap, `block` apart.
  private func withTable(
    _ source: Tensor, _ rows: Range<Int>, _ body: (UnsafePointer<UnsafePointer<Float>>) -> Void
  ) {
    let taps = lattice.taps.count
    withScratch(vectors * 16) { zeros in
      zeros.update(repeating: 0, count: vectors * 16)
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: max(1, taps * block)) {
        pointers in
        guard let table = pointers.baseAddress else { return }
        source.withPointer {
          lattice.fillSources(rows, from: $0, zeros: zeros, table: table, pitch: block)
        }
        body(table)
      }
    }
  }

  /// The weights of each vector of channels behind each other, padded with zeros.
  private func packed(_ kernel: Tensor, order: [Int]) -> Storage {
    let storage = Storage(count: max(16, vectors * 16 * order.count))
    kernel.withPointer { weights in
      var target = storage.base
      for channel in stride(from: 0, to: channels, by: 16) {
        for tap in order {
          for lane in 0..<16 {
            target[lane] = channel + lane < channels ? weights[tap * channels + channel + lane] : 0
          }
          target += 16
        }
      }
    }
    return storage
  }
}

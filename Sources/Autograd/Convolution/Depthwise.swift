/// Depthwise convolutions over a grid, split over the cores by a fixed number of pixels.
struct DepthwiseProduct: Sendable {
  let grid: TapGrid
  let channels: Int

  private var vectors: Int { (channels + 15) / 16 }
  /// Pixels whose table of pointers and lines of channels stay in the caches.
  private var block: Int {
    let limit = max(16, min(256, (1 << 14) / channels))
    return sharing?.block(limit, of: grid) ?? limit
  }
  /// What windows of 5 × 5 taps share.
  private var sharing: FiveTapSharing? { FiveTapSharing(grid) }

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
    let (sharing, block) = (sharing, block)
    Parallel.forEachRange(grid.rows, grain: block) { rows in
      withTable(source, rows, pitch: block) { table in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: block) { lines in
          guard let targets = lines.baseAddress else { return }
          grid.fillTargets(rows, from: target.pointer, table: targets)
          func run(_ pixel: Int) {
            DepthwiseKernel.forward(
              table + pixel, pitch: block, taps: taps, weights: weights.base, bias: start.base,
              channels: channels, into: targets[pixel])
          }
          if let sharing {
            let (fours, ones) = sharing.groups(rows, of: grid, overlapping: true)
            for first in fours {
              DepthwiseKernel.forwardFour(
                table + first, pitch: block, sharing: sharing, weights: weights.base, bias: start.base,
                channels: channels, into: targets + first)
            }
            for pixel in ones { run(pixel) }
          } else {
            for pixel in 0..<rows.count { run(pixel) }
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
    let (taps, rows) = (grid.taps.count, grid.rows)
    let size = vectors * 16 * taps
    let parts = max(1, min(32, rows / 256))
    let part = (rows + parts - 1) / parts
    let partial = Storage(count: parts * size)
    let (sharing, block) = (sharing, block)
    Parallel.forEach(parts) { number in
      let sums = partial.base + number * size
      sums.update(repeating: 0, count: size)
      let end = min(rows, (number + 1) * part)
      for first in stride(from: min(rows, number * part), to: end, by: block) {
        let piece = first..<min(end, first + block)
        withTable(source, piece, pitch: block) { table in
          gradient.withPointer {
            if let sharing {
              DepthwiseKernel.addFiveTapGradients(
                table, pitch: block, sharing: sharing,
                groups: sharing.groups(piece, of: grid, overlapping: false), channels: channels,
                gradient: $0 + first * channels, to: sums)
            } else {
              DepthwiseKernel.addWeightGradients(
                table, pitch: block, taps: taps, pixels: piece.count, channels: channels,
                gradient: $0 + first * channels, to: sums)
            }
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

  /// Calls `body` with where some pixels read each tap, `pitch` apart.
  private func withTable(
    _ source: Tensor, _ rows: Range<Int>, pitch: Int, _ body: (UnsafePointer<UnsafePointer<Float>>) -> Void
  ) {
    let taps = grid.taps.count
    withScratch(vectors * 16) { zeros in
      zeros.update(repeating: 0, count: vectors * 16)
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: max(1, taps * pitch)) {
        pointers in
        guard let table = pointers.baseAddress else { return }
        source.withPointer {
          grid.fillSources(rows, from: $0, zeros: zeros, table: table, pitch: pitch)
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

/// One pixel of a depthwise convolution: per channel, the weighted sum of the values at its taps.
///
/// The taps are lines of channels found through a table of pointers. Weights are packed as
/// `[vector of channels][tap][16]`, so they are read front to back. The work is bound by loads, two for each
/// multiplication, all of them from the first-level cache; nine taps (3 × 3) have a loop of their own, whose
/// pointers stay in registers, and windows of 25 (5 × 5) share what they read (`FiveTapSharing`).
enum DepthwiseKernel {
  /// Writes `bias + Σ weights·taps` for `channels` channels; taps `pitch` apart in the table.
  static func forward(
    _ table: UnsafePointer<UnsafePointer<Float>>, pitch: Int, taps: Int, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, channels: Int, into output: UnsafeMutablePointer<Float>
  ) {
    if taps == 9 {
      forwardNine(table, pitch, weights, bias, channels, output)
      return
    }
    var weights = weights
    for channel in stride(from: 0, to: channels, by: 16) {
      var sum = Vector(at: bias + channel)
      var run = table
      for _ in 0..<taps {
        sum.addProduct(Vector(at: run.pointee + channel), Vector(at: weights))
        run += pitch
        weights += 16
      }
      write(sum, channel, channels, output)
    }
  }

  private static func forwardNine(
    _ table: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ weights: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>, _ channels: Int, _ output: UnsafeMutablePointer<Float>
  ) {
    let (t0, t1, t2) = (table[0], table[pitch], table[2 * pitch])
    let (t3, t4, t5) = (table[3 * pitch], table[4 * pitch], table[5 * pitch])
    let (t6, t7, t8) = (table[6 * pitch], table[7 * pitch], table[8 * pitch])
    var weights = weights
    for channel in stride(from: 0, to: channels, by: 16) {
      var sum = Vector(at: bias + channel)
      var other = Vector(at: t0 + channel) * Vector(at: weights)
      sum.addProduct(Vector(at: t1 + channel), Vector(at: weights + 16))
      other.addProduct(Vector(at: t2 + channel), Vector(at: weights + 32))
      sum.addProduct(Vector(at: t3 + channel), Vector(at: weights + 48))
      other.addProduct(Vector(at: t4 + channel), Vector(at: weights + 64))
      sum.addProduct(Vector(at: t5 + channel), Vector(at: weights + 80))
      other.addProduct(Vector(at: t6 + channel), Vector(at: weights + 96))
      sum.addProduct(Vector(at: t7 + channel), Vector(at: weights + 112))
      other.addProduct(Vector(at: t8 + channel), Vector(at: weights + 128))
      write(sum + other, channel, channels, output)
      weights += 144
    }
  }

  @inline(__always)
  static func write(
    _ sum: Vector, _ channel: Int, _ channels: Int, _ output: UnsafeMutablePointer<Float>
  ) {
    if channel + 16 <= channels {
      sum.store(to: output + channel)
    } else {
      sum.store(to: output + channel, count: channels - channel)
    }
  }

  /// Adds the outer sums of some pixels to `sums`, which is packed like the weights:
  /// `sums[v][t] += Σ gradient[pixel][v] · tap t of pixel[v]`.
  static func addWeightGradients(
    _ table: UnsafePointer<UnsafePointer<Float>>, pitch: Int, taps: Int, pixels: Int, channels: Int,
    gradient: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    for channel in stride(from: 0, to: channels, by: 16) {
      let target = sums + channel * taps
      // Three taps at once share each load of the gradient and keep three chains of sums busy.
      for tap in stride(from: 0, to: taps, by: 3) {
        let (first, second) = (table + tap * pitch, table + min(tap + 1, taps - 1) * pitch)
        let third = table + min(tap + 2, taps - 1) * pitch
        var (a, b, c) = (Vector.zero, Vector.zero, Vector.zero)
        var line = gradient + channel
        for pixel in 0..<pixels {
          let g = Vector(at: line)
          a.addProduct(g, Vector(at: first[pixel] + channel))
          b.addProduct(g, Vector(at: second[pixel] + channel))
          c.addProduct(g, Vector(at: third[pixel] + channel))
          line += channels
        }
        (Vector(at: target + tap * 16) + a).store(to: target + tap * 16)
        if tap + 1 < taps { (Vector(at: target + (tap + 1) * 16) + b).store(to: target + (tap + 1) * 16) }
        if tap + 2 < taps { (Vector(at: target + (tap + 2) * 16) + c).store(to: target + (tap + 2) * 16) }
      }
    }
  }
}

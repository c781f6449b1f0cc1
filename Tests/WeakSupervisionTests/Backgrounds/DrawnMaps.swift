import Autograd
import Imaging
import WeakSupervision

/// Samples of class maps that tests of backgrounds draw.
enum DrawnMaps {
  /// 4000 values: seven of ten around 0.2, three around 0.75 (`values` of `Oracle/backgrounds.py`).
  static var twoGroups: [Float] {
    var state = 1
    return (0..<4000).map { index in
      var total = 0.0
      for _ in 0..<4 {
        state = (state * 1_103_515_245 + 12345) % (1 << 31)
        total += Double(state) / Double(1 << 31)
      }
      let (center, width) = index % 10 < 7 ? (0.2, 0.06) : (0.75, 0.1)
      return Float(min(1, max(0, center + width * (total - 2) * 1.7)))
    }
  }

  /// One image of 50 × 80 pixels whose only map has these values.
  static func sample(_ values: [Float]) -> MapSample {
    MapSample(count: 1) { _ in
      LabelingInput(
        image: Image(width: 80, height: 50, color: .white),
        maps: ClassMaps(classes: [0], maps: Tensor(values, shape: [50, 80, 1])))
    }
  }

  /// Pictures of bright discs of a radius on dark ground, with maps that spill over their edges by a Gaussian
  /// of the deviation `blur`.
  static func discs(radius: Double, blur: Double, count: Int = 6) -> MapSample {
    let side = 64
    return MapSample(count: count) { index in
      let (x, y) = (24 + Double(index % 3) * 7, 28 + Double(index / 3) * 6)
      func inside(_ pixel: Int) -> Bool {
        let (dx, dy) = (Double(pixel % side) - x, Double(pixel / side) - y)
        return (dx * dx + dy * dy).squareRoot() <= radius
      }
      let pixels = (0..<side * side).flatMap { pixel -> [UInt8] in
        let grain = UInt8(pixel * 31 % 17)
        return inside(pixel) ? [210 - grain, 180, 60] : [40 + grain, 60, 90]
      }
      let shape = (0..<side * side).map { inside($0) ? Float(1) : 0 }
      return LabelingInput(
        image: Image(width: side, height: side, pixels: pixels),
        maps: ClassMaps(
          classes: [index % 2], maps: MapNormalization.max(blurred(shape, side, deviation: blur))))
    }
  }

  /// The share of the discs' pixels that are inside, by the pictures.
  static func truth(_ image: Image) -> [Bool] {
    image.pixels.enumerated().filter { $0.offset % 3 == 0 }.map { $0.element > 120 }
  }

  private static func blurred(_ values: [Float], _ side: Int, deviation: Double) -> Tensor {
    let reach = Int((3 * deviation).rounded(.up))
    let weights = (-reach...reach).map { Float(-Double($0 * $0) / (2 * deviation * deviation)) }
    let kernel = Tensor(weights, shape: [weights.count]).exp().scalars
    func pass(_ values: [Float], step: Int) -> [Float] {
      values.indices.map { index in
        let place = step == 1 ? index % side : index / side
        return kernel.indices.reduce(0) { sum, tap in
          let offset = tap - reach
          return 0..<side ~= place + offset ? sum + kernel[tap] * values[index + offset * step] : sum
        }
      }
    }
    return Tensor(pass(pass(values, step: 1), step: side), shape: [side, side, 1])
  }
}

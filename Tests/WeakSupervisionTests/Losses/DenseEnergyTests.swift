import Autograd
import Foundation
import Imaging
import TestSupport
import Testing
import WeakSupervision

@Suite struct DenseEnergyTests {
  private let height = 12
  private let width = 14
  private let classes = 3

  private var image: Image {
    Image(
      width: width, height: height,
      pixels: (0..<height * width * 3).map { UInt8(($0 / 3 % width < 7 ? 40 : 200) + $0 % 5) })
  }

  private var shares: Tensor { Sample.tensor("shares", [1, height, width, classes]).softmax() }

  /// Brute force over all pairs of pixels, with the exact kernel.
  private func exactPull(_ shares: Tensor, _ energy: DenseEnergy) -> [Double] {
    let values = shares.scalars
    let pixels = image.pixels
    var pull = [Double](repeating: 0, count: values.count)
    for p in 0..<height * width {
      for q in 0..<height * width {
        var distance = 0.0
        for (a, b) in [(p % width, q % width), (p / width, q / width)] {
          distance += pow(Double(a - b) / Double(energy.sigmaXy), 2)
        }
        for channel in 0..<3 {
          let difference = Double(pixels[3 * p + channel]) - Double(pixels[3 * q + channel])
          distance += pow(difference / Double(energy.sigmaRgb), 2)
        }
        for k in 0..<classes {
          pull[p * classes + k] += exp(-distance / 2) * Double(values[q * classes + k])
        }
      }
    }
    return pull
  }

  @Test func isTheGatedEnergyOfTheKernel() throws {
    var energy = DenseEnergy()
    energy.sigmaXy = 4
    let shares = shares.tracked()
    var marks = [Float](repeating: 0, count: height * width)
    for index in 0..<60 { marks[index] = 255 }
    let labels = Tensor(marks, shape: [1, height, width])
    let loss = energy(shares, images: [image], labels: labels, inside: .ones([1, height, width]))
    let pull = exactPull(shares, energy)
    let values = shares.scalars
    var exact = 0.0
    var slopes = [Double](repeating: 0, count: values.count)
    for pixel in 0..<height * width {
      let own = values[pixel * classes..<(pixel + 1) * classes]
      let gate = marks[pixel] == 255 ? 1 : 1 - Double(own.max() ?? 0)
      for k in 0..<classes {
        exact -= Double(values[pixel * classes + k]) * gate * pull[pixel * classes + k]
        slopes[pixel * classes + k] = -2 * gate * pull[pixel * classes + k]
      }
    }
    // The lattice's own sums are 0.5 to 1.2 times the exact ones; their ratio must be the same everywhere.
    let ratio = Double(loss.scalar) / exact
    #expect(ratio > 0.5 && ratio < 1.2, "ratio \(ratio)")
    let gradient = try #require(loss.gradients()[shares]).scalars
    for (found, expected) in zip(gradient, slopes) {
      #expect(abs(Double(found) - ratio * expected) <= 0.15 * abs(expected))
    }
  }

  /// With the sums that pydensecrf's lattice makes of the same photograph and shares, to rounding.
  @Test func matchesTheFormulaOnTheReferenceLattice() throws {
    let golden = try Golden("dense-crf")
    let shares = try golden["scores"].reshaped(to: [1, 20, 28, 3]).tracked()
    var energy = DenseEnergy()
    (energy.sigmaXy, energy.sigmaRgb) = (15, 13)
    let marks = try golden["labels"].reshaped(to: [1, 20, 28])
    let photograph = try Image(width: 28, height: 20, pixels: golden["image"].scalars.map { UInt8($0) })
    let loss = energy(shares, images: [photograph], labels: marks, inside: .ones([1, 20, 28]))
    let pull = try golden["filter.5.pydensecrf"].scalars
    var (exact, slopes) = (0.0, [Float]())
    for (pixel, mark) in marks.scalars.enumerated() {
      let own = shares.scalars[pixel * 3..<pixel * 3 + 3]
      let gate = mark == 255 ? 1 : 1 - (own.max() ?? 0)
      for (share, sum) in zip(own, pull[pixel * 3..<pixel * 3 + 3]) {
        exact -= Double(share * gate * sum)
        slopes.append(-2 * gate * sum)
      }
    }
    #expect(marks.scalars.contains(255) && marks.scalars.contains(1))
    // As far off as sums of the lattice are from pydensecrf's; the loss has 1680 of them.
    let bound = tolerance(terms: 100, scale: 2 * (pull.max() ?? 1))
    expectClose(
      try #require(loss.gradients()[shares]), Tensor(slopes, shape: shares.shape), tolerance: bound)
    expectClose(loss, Tensor(Float(exact)), tolerance: bound * Float(1680).squareRoot())
  }

  @Test func paddingNeitherPullsNorIsPulled() throws {
    let shares = shares.tracked()
    var inside = [Float](repeating: 1, count: height * width)
    for index in 0..<width { inside[index] = 0 }
    let loss = DenseEnergy()(
      shares, images: [image], labels: Tensor(repeating: 255, shape: [1, height, width]),
      inside: Tensor(inside, shape: [1, height, width]))
    let gradient = try #require(loss.gradients()[shares]).scalars
    #expect(gradient[..<(width * classes)].allSatisfy { $0 == 0 })
    #expect(gradient[(width * classes)...].allSatisfy { $0 < 0 })
  }
}

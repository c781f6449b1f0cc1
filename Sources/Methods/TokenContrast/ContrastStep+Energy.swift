import Autograd
import Datasets
import Imaging
import NeuralNetwork
import Training
import WeakSupervision

extension ContrastStep {
  /// The scale of the dense energy, which grows with the number of pairs of pixels.
  private static let energyScale: Float = 1e-7

  /// The dense energy of the decoder's probabilities at half the resolution.
  func energy(_ logits: Tensor, _ labels: Tensor, _ batch: ViewBatch) -> Tensor {
    let (height, width) = (logits.shape[1] / 2, logits.shape[2] / 2)
    let probabilities = times.measure("forward") {
      logits.softmax().resized(height: height, width: width, .bilinear)
    }
    return times.measure("lattice") {
      var energy = DenseEnergy()
      energy.sigmaRgb = method.loss.sigmaRgb
      energy.sigmaXy = method.loss.sigmaXy / 2
      let value = energy(
        probabilities, images: batch.guides.map { halved($0, height, width) },
        labels: halved(labels, height, width),
        inside: halved(inside(batch), height, width))
      return value * Self.energyScale
    }
  }

  /// 1 for each pixel of the photograph and 0 for padding, `[batch, side, side]`.
  private func inside(_ batch: ViewBatch) -> Tensor {
    let side = batch.images.shape[1]
    return Tensor(shape: [batch.boxes.count, side, side]) { out in
      for (index, box) in batch.boxes.enumerated() {
        for pixel in 0..<side * side {
          out[index * side * side + pixel] = box.contains(x: pixel % side, y: pixel / side) ? 1 : 0
        }
      }
    }
  }

  /// Every second value of every second row.
  private func halved(_ values: Tensor, _ height: Int, _ width: Int) -> Tensor {
    let (batch, rows, columns) = (values.shape[0], values.shape[1], values.shape[2])
    return values.withSpan { values in
      Tensor(shape: [batch, height, width]) { out in
        for index in 0..<batch {
          for y in 0..<height {
            for x in 0..<width {
              out[(index * height + y) * width + x] = values[(index * rows + 2 * y) * columns + 2 * x]
            }
          }
        }
      }
    }
  }

  /// Every second pixel of every second row.
  private func halved(_ image: Image, _ height: Int, _ width: Int) -> Image {
    let pixels = image.pixels
    var result: [UInt8] = []
    result.reserveCapacity(3 * height * width)
    for y in 0..<height {
      for x in 0..<width {
        let first = 3 * (2 * y * image.width + 2 * x)
        result += pixels[first..<first + 3]
      }
    }
    return Image(width: width, height: height, pixels: result)
  }
}

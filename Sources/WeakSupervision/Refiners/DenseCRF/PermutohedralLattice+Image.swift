import Autograd
import Imaging

extension PermutohedralLattice {
  /// The lattice around the pixels of an image, row by row: their positions in units of `sigma` and, if
  /// `colorSigma` is given, their colours, 0 … 255, in units of that.
  init(_ image: Image, sigma: Float, colorSigma: Float? = nil) {
    let dimensions = colorSigma == nil ? 2 : 5
    let pixels = image.pixels
    let features = Tensor(shape: [image.width * image.height, dimensions]) { out in
      for point in 0..<image.width * image.height {
        out[point * dimensions] = Float(point % image.width) / sigma
        out[point * dimensions + 1] = Float(point / image.width) / sigma
        guard let colorSigma else { continue }
        for channel in 0..<3 {
          out[point * dimensions + 2 + channel] = Float(pixels[point * 3 + channel]) / colorSigma
        }
      }
    }
    self.init(features: features)
  }
}

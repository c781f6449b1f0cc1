import Autograd
import Imaging

/// The memory that the prediction of a large picture takes at least, so that one which cannot fit is refused
/// with a line before it is begun.
struct PredictionMemory {
  /// Pictures that are smaller at every scale are not looked at, in pixels.
  private static let large = 1 << 22

  /// What a forward pass of a square tells of a network.
  struct Network {
    let classes: Int
    /// The memory of all tensors.
    let bytes: Int
    /// The square's pixels.
    let area: Int
    /// What each further pixel takes.
    var bytesPerPixel = 0.0

    /// What this and a larger square tell together.
    func larger(_ other: Network) -> Network {
      var network = other
      network.bytesPerPixel = Double(max(0, other.bytes - bytes)) / Double(other.area - area)
      return network
    }
  }

  private let image: Image
  private let scales: [Float]
  private let options: EvaluateOptions
  private let isMerged: Bool
  private let isRefined: Bool

  /// The prediction of `image` over these scales; `isRefined` if refiners get all pixels' probabilities.
  init(_ image: Image, scales: [Float], flip: Bool, _ options: EvaluateOptions, isRefined: Bool = false) {
    self.image = image
    self.scales = flip ? scales + scales : scales
    self.options = options
    isMerged = self.scales.count > 1
    self.isRefined = isRefined
  }

  /// Refuses a picture for which the memory that is free does not suffice; `probe` makes a forward pass.
  ///
  /// - Throws: `RunError.notEnoughMemory`.
  func require(_ name: String, _ probe: (_ side: Int) -> Network) throws(RunError) {
    let views = scales.map { scale in
      let size = options.viewSize(of: image, scale: scale)
      return size.width * size.height
    }
    guard max(image.width * image.height, views.max() ?? 0) > Self.large else { return }
    let network = probe(128).larger(probe(256))
    let needed = bytes(of: network)
    // An overlay and its file are made when the memory of scores is free again, but not their addresses.
    let addresses = needed + 6 * image.width * image.height
    for (needed, free) in [(needed, FreeMemory().bytes), (addresses, FreeMemory().addresses)] {
      // What the probe has taken is used again.
      guard let free, needed > free + network.bytes else { continue }
      throw .notEnoughMemory(
        image: name, pixels: "\(image.width) × \(image.height) pixels with \(network.classes) classes",
        needed: needed, available: free + network.bytes, remedy: remedy)
    }
  }

  /// The bytes of activations, of class scores, and of what refiners keep.
  func bytes(of network: Network) -> Int {
    let largest = scales.map { scale in
      let size = options.viewSize(of: image, scale: scale)
      let grid = WindowGrid(imageHeight: size.height, imageWidth: size.width, side: options.window)
      return grid.height * grid.width
    }.max()
    let further = network.bytesPerPixel * Double(max(0, (largest ?? 0) - network.area))
    return network.bytes + Int(further) + bytes(classes: network.classes)
  }

  private func bytes(classes: Int) -> Int {
    let value = 4 * classes
    let strip = Predictor.stripHeight(of: image)
    let views = scales.reduce(0) { sum, scale in
      let size = options.viewSize(of: image, scale: scale)
      let grid = WindowGrid(imageHeight: size.height, imageWidth: size.width, side: options.window)
      // The input and the resized scores of a whole view; else the lines of a row of windows.
      let own =
        grid.isSingle
        ? size.height * size.width * (12 + value) : min(size.height, grid.height + strip) * size.width * value
      return sum + own
    }
    let strips = strip * image.width * value * (scales.count + 2)
    // Unary energies, marginals and their like, and the lattice's corners and weights.
    let refinement = isRefined ? image.width * image.height * (6 * value + 100) : 0
    return views + strips + image.width * image.height + refinement
  }

  private var remedy: String {
    if isRefined { return "set evaluate.refine to [], or evaluate.base_size" }
    if options.window == 0 { return "set evaluate.window, or scale the picture down" }
    return isMerged ? "predict it at one scale, or scale it down" : "scale the picture down"
  }
}

public import Autograd
public import Configuration

/// What the target loses when a window of the image is covered
/// (Zeiler and Fergus: Visualizing and Understanding Convolutional Networks, 2014).
///
///     D(w) = t(x) − t(x with the mean colour in window w),   L(p) = mean of D over the windows that hold p
///
/// The last window of a row or column ends at the border. One sweep of forward passes serves all classes.
public struct Occlusion: Explainer, Validatable {
  public static let name = "occlusion"

  @Setting("side of the window, in pixels", 1...4096) public var window = 32
  @Setting("pixels between two windows", 1...4096) public var stride = 16

  /// Covered images of one pass.
  private static let chunk = 16

  public init() {}

  public var explainsAnyStage: Bool { false }

  public func validate() throws(ConfigurationError) {
    guard stride <= window else {
      throw .invalid("stride", "is \(stride), which leaves gaps; use window, which is \(window), or less")
    }
  }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let shape = capture.images.shape
    let windows = starts(shape[1]).flatMap { top in starts(shape[2]).map { (top: top, left: $0) } }
    let classes = capture.classes.count
    let scores = capture.scores.scalars
    let maps = (0..<shape[0]).map { image in
      let plain = Array(scores[image * classes..<(image + 1) * classes])
      var losses: [[Float]] = []
      for start in Swift.stride(from: 0, to: windows.count, by: Self.chunk) {
        let part = windows[start..<min(windows.count, start + Self.chunk)]
        losses += covered(image, Array(part), capture).map { zip(plain, $0).map { $0 - $1 } }
      }
      return mean(losses, windows, shape, classes)
    }
    return .concatenated(maps, axis: 0)
  }

  /// Where windows begin along a side.
  private func starts(_ side: Int) -> [Int] {
    let last = max(0, side - window)
    let regular = Array(Swift.stride(from: 0, through: last, by: stride))
    return regular.last == last ? regular : regular + [last]
  }

  /// The targets of each class for an image with each of some windows covered.
  private func covered(_ image: Int, _ windows: [(top: Int, left: Int)], _ capture: Capture) -> [[Float]] {
    let shape = capture.images.shape
    let mask = Tensor(shape: [windows.count, shape[1], shape[2], 1]) { out in
      for index in out.indices {
        let (row, column) = (index / shape[2] % shape[1], index % shape[2])
        let place = windows[index / (shape[1] * shape[2])]
        let isInside =
          place.top..<place.top + window ~= row && place.left..<place.left + window ~= column
        out[index] = isInside ? 0 : 1
      }
    }
    let images = capture.images.slice(axis: 0, image..<image + 1) * mask
    let logits = capture.classifier.logits(capture.classifier.features(images))
    let scores = capture.classes.map { index in
      capture.target(logits, classes: [Int](repeating: index, count: windows.count)).scalars
    }
    return windows.indices.map { window in scores.map { $0[window] } }
  }

  /// `[1, height, width, classes]` from the loss of each class by window.
  private func mean(
    _ losses: [[Float]], _ windows: [(top: Int, left: Int)], _ shape: Shape, _ classes: Int
  ) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    var sums = [Float](repeating: 0, count: height * width * classes)
    var counts = [Float](repeating: 0, count: height * width)
    for (place, losses) in zip(windows, losses) {
      for row in place.top..<min(height, place.top + window) {
        for column in place.left..<min(width, place.left + window) {
          counts[row * width + column] += 1
          for (index, loss) in losses.enumerated() { sums[(row * width + column) * classes + index] += loss }
        }
      }
    }
    let coverage = Tensor(counts, shape: [1, height, width, 1])
    return Tensor(sums, shape: [1, height, width, classes]) / coverage
  }
}

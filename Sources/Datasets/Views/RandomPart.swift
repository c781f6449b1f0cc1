import Autograd
import Foundation
import Imaging

/// A random part of a picture, as torchvision's `RandomResizedCrop` draws it.
struct RandomPart: Equatable {
  let left: Int
  let top: Int
  let width: Int
  let height: Int

  /// A part of a picture of `width` × `height` with `area` (smallest, largest) of its pixels and sides in a
  /// ratio of 3 : 4 to 4 : 3; the largest such part in the middle if ten draws did not fit.
  init(width: Int, height: Int, area: [Float], random: inout Philox) {
    let pixels = Float(width * height)
    for _ in 0..<10 {
      let target = pixels * random.uniform(in: area[0]...area[1])
      let ratio = exp(random.uniform(in: log(Float(3) / 4)...log(Float(4) / 3)))
      let partWidth = Int((target * ratio).squareRoot().rounded())
      let partHeight = Int((target / ratio).squareRoot().rounded())
      guard 1...width ~= partWidth, 1...height ~= partHeight else { continue }
      left = random.integer(in: 0..<width - partWidth + 1)
      top = random.integer(in: 0..<height - partHeight + 1)
      (self.width, self.height) = (partWidth, partHeight)
      return
    }
    self.width = min(width, max(1, Int((Float(height) * 4 / 3).rounded())))
    self.height = min(height, max(1, Int((Float(width) * 4 / 3).rounded())))
    (left, top) = ((width - self.width) / 2, (height - self.height) / 2)
  }
}

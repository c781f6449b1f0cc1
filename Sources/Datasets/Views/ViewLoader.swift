public import Autograd
import Foundation
public import Imaging

/// The samples of one training step, each seen three times.
public struct ViewBatch: TrainingBatch {
  /// The step, from 0.
  public let step: Int
  public let ids: [String]
  /// The pictures that are trained on, normalised, `[batch, side, side, 3]`.
  public let images: Tensor
  /// The pictures whose outlines labels follow, where `images` shows the same.
  public let guides: [Image]
  /// 1 for each class that an image shows, else 0: `[batch, classes]` without the background.
  public let labels: Tensor
  /// The foreground classes of each image, in rising order.
  public let classes: [[Int]]
  /// The part of each picture that is not padding.
  public let boxes: [Box]
  /// A second view of each photograph, another part of it, `[batch, side, side, 3]`.
  public let secondViews: Tensor
  /// A view that small crops are cut from, `[batch, side, side, 3]`.
  public let localViews: Tensor

  /// Crops of `side` pixels of the local views, `[crops, side, side, 3]`, image by image.
  ///
  /// - Precondition: they lie inside the views.
  public func localCrops(_ corners: [[(top: Int, left: Int)]], side: Int) -> Tensor {
    let count = corners.reduce(0) { $0 + $1.count }
    let extent = localViews.shape[1]
    return Tensor(shape: [count, side, side, 3]) { out in
      localViews.withSpan { views in
        var next = 0
        for (index, corners) in corners.enumerated() {
          for (top, left) in corners {
            for row in top..<top + side {
              let first = ((index * extent + row) * extent + left) * 3
              for at in first..<first + 3 * side {
                out[next] = views[at]
                next += 1
              }
            }
          }
        }
      }
    }
  }
}

/// Makes batches in which every photograph is seen three times: as it is trained on, in another part, and as
/// what small crops are cut from.
///
/// As with `BatchLoader`, whose order and geometry it shares, the content is a function of seed and step.
public struct ViewLoader: Sendable {
  /// What decides on order and geometry.
  public let base: BatchLoader
  /// How views are varied.
  public let options: ViewOptions
  /// Whether the trained view and the one of small crops lie on top of each other and of the box.
  ///
  /// Otherwise each is flipped once more on its own, and the guides are the trained views with their changed
  /// colours, as in the code of Ru et al., CVPR 2023.
  public let isAligned: Bool

  /// Creates a loader on top of one that fixes order and geometry.
  public init(_ base: BatchLoader, options: ViewOptions, isAligned: Bool) {
    self.base = base
    self.options = options
    self.isAligned = isAligned
  }

  /// Batches made beside the training, in order.
  public func batches(_ steps: Range<Int>, depth: Int = 4, threads: Int = 1) -> Prefetcher<ViewBatch> {
    Prefetcher(steps, depth: depth, threads: threads) { step in
      Result { () throws(DatasetError) in try batch(at: step) }
    }
  }

  /// The batch of a step.
  ///
  /// - Throws: `DatasetError` naming the file that could not be read.
  public func batch(at step: Int) throws(DatasetError) -> ViewBatch {
    let ids = base.identifiers(at: step)
    var samples: [Sample] = []
    var views: [Views] = []
    for (position, id) in ids.enumerated() {
      let sample = try base.dataset.sample(id, wantsMask: false)
      views.append(self.views(of: sample.image, at: step * base.batchSize + position))
      samples.append(sample)
    }
    let classCount = base.dataset.classNames.count
    let labels = samples.flatMap { sample in
      (0..<classCount).map { sample.labels.contains($0) ? Float(1) : 0 }
    }
    return ViewBatch(
      step: step, ids: ids, images: stacked(views.map(\.trained)), guides: views.map(\.guide),
      labels: Tensor(labels, shape: [ids.count, classCount]), classes: samples.map(\.labels),
      boxes: views.map(\.box), secondViews: stacked(views.map(\.second)),
      localViews: stacked(views.map(\.local)))
  }

  /// The three views of one photograph.
  private struct Views {
    let trained: Image
    let guide: Image
    let box: Box
    let second: Image
    let local: Image
  }

  private func views(of image: Image, at position: Int) -> Views {
    let augmentation = base.augmentation
    var placing = Philox(seed: base.seed, name: "augmentation", step: position)
    let geometry = augmentation.geometry(width: image.width, height: image.height, random: &placing)
    let window = geometry.applied(to: image, padding: padding)
    let trained = view(of: window, index: 0, name: "view.trained", position)
    return Views(
      trained: trained, guide: isAligned ? window : trained, box: geometry.box,
      second: second(of: image, position), local: view(of: window, index: 2, name: "view.local", position))
  }

  private func view(of window: Image, index: Int, name: String, _ position: Int) -> Image {
    var random = Philox(seed: base.seed, name: name, step: position)
    // Drawn in any case, so that alignment alone does not change the colours.
    let isFlipped = random.uniform() < base.augmentation.flip && !isAligned
    let recolored = options.recolored(isFlipped ? window.flippedHorizontally : window, random: &random)
    return options.refocused(recolored, view: index, random: &random)
  }

  private func second(of image: Image, _ position: Int) -> Image {
    var random = Philox(seed: base.seed, name: "view.second", step: position)
    let part = RandomPart(width: image.width, height: image.height, area: options.area, random: &random)
    let side = base.augmentation.crop
    var view = image.cropped(x: part.left, y: part.top, width: part.width, height: part.height)
      .resized(width: side, height: side, .bicubic)
    if random.uniform() < base.augmentation.flip { view = view.flippedHorizontally }
    view = options.refocused(options.recolored(view, random: &random), view: 1, random: &random)
    return random.uniform() < options.solarize ? view.solarized() : view
  }

  /// The colour outside a photograph.
  private var padding: Color {
    guard base.augmentation.padding == .mean else { return .black }
    let mean = base.normalization.mean.map { UInt8(($0 * 255).rounded()) }
    return Color(mean[0], mean[1], mean[2])
  }

  /// The normalised pictures as one batch.
  private func stacked(_ images: [Image]) -> Tensor {
    let side = base.augmentation.crop
    let size = 3 * side * side
    return Tensor(shape: [images.count, side, side, 3]) { out in
      out.withUnsafeMutableBufferPointer { out in
        for (index, image) in images.enumerated() {
          let part = UnsafeMutableBufferPointer(rebasing: out[index * size..<(index + 1) * size])
          image.write(into: part, base.normalization)
        }
      }
    }
  }
}

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

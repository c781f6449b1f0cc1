import Autograd
import Imaging

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
    for (place, id) in ids.enumerated() {
      let sample = try base.dataset.sample(id, wantsMask: false)
      views.append(self.views(of: sample.image, at: step * base.batchSize + place))
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
    let trained = view(of: window, blur: 0, name: "view.trained", position)
    return Views(
      trained: trained, guide: isAligned ? window : trained, box: geometry.box,
      second: second(of: image, position), local: view(of: window, blur: 2, name: "view.local", position))
  }

  private func view(of window: Image, blur place: Int, name: String, _ position: Int) -> Image {
    var random = Philox(seed: base.seed, name: name, step: position)
    // Drawn in any case, so that alignment alone does not change the colours.
    let isFlipped = random.uniform() < base.augmentation.flip && !isAligned
    let recolored = options.recolored(isFlipped ? window.flippedHorizontally : window, random: &random)
    return options.refocused(recolored, place: place, random: &random)
  }

  private func second(of image: Image, _ position: Int) -> Image {
    var random = Philox(seed: base.seed, name: "view.second", step: position)
    let part = RandomPart(width: image.width, height: image.height, area: options.area, random: &random)
    let side = base.augmentation.crop
    var view = image.cropped(x: part.left, y: part.top, width: part.width, height: part.height)
      .resized(width: side, height: side, .bicubic)
    if random.uniform() < base.augmentation.flip { view = view.flippedHorizontally }
    view = options.refocused(options.recolored(view, random: &random), place: 1, random: &random)
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

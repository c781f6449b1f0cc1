import Autograd
public import Imaging

/// Where the masks of training samples come from.
public enum MaskSource: Sendable, Equatable {
  /// Nowhere: no mask file is opened.
  case none
  /// The data set's own masks.
  case truth
  /// A folder with a PNG for each image, such as pseudo-masks.
  case folder(String)
}

/// Makes the batches of a training run.
///
/// The content of a batch is a function of the seed and the step: no state needs saving to resume at any
/// step. Each epoch goes through all images once in an order of its own; a batch may reach into the next.
public struct BatchLoader: Sendable {
  /// The data set.
  public let dataset: any Dataset
  /// The images that are drawn from.
  public let ids: [String]
  /// The samples of a batch.
  public let batchSize: Int
  /// How samples are varied.
  public let augmentation: Augmentation
  /// Where masks come from.
  public let masks: MaskSource
  /// The shift and scale of the pixels.
  public let normalization: Normalization
  /// What the order and the variations are drawn from.
  public let seed: UInt64

  /// Creates a loader.
  ///
  /// - Throws: `DatasetError.emptySplit` without images.
  /// - Precondition: `batchSize` is positive, and the augmentation is valid.
  public init(
    _ dataset: any Dataset, ids: [String], batchSize: Int, augmentation: Augmentation,
    masks: MaskSource = .none, normalization: Normalization = .imageNet, seed: UInt64
  ) throws(DatasetError) {
    precondition(batchSize > 0, "batch loader: a batch of \(batchSize) samples")
    guard !ids.isEmpty else { throw .emptySplit(split: "train", source: "batch loader") }
    augmentation.requireValid()
    self.dataset = dataset
    self.ids = ids
    self.batchSize = batchSize
    self.augmentation = augmentation
    self.masks = masks
    self.normalization = normalization
    self.seed = seed
  }

  /// The images of a step, in order.
  public func identifiers(at step: Int) -> [String] {
    var epoch = -1
    var order: [Int] = []
    return (step * batchSize..<(step + 1) * batchSize).map { position in
      if position / ids.count != epoch {
        epoch = position / ids.count
        var random = Philox(seed: seed, name: "order", step: epoch)
        order = Array(ids.indices).shuffled(using: &random)
      }
      return ids[order[position % ids.count]]
    }
  }

  /// The batch of a step.
  ///
  /// - Throws: `DatasetError` naming the file that could not be read.
  public func batch(at step: Int) throws(DatasetError) -> Batch {
    let ids = identifiers(at: step)
    var builder = BatchBuilder(self)
    for (position, id) in ids.enumerated() {
      var random = Philox(seed: seed, name: "augmentation", step: step * batchSize + position)
      try builder.append(sample(id), random: &random)
    }
    return builder.batch(at: step)
  }

  /// Batches made beside the training, in order.
  public func batches(_ steps: Range<Int>, depth: Int = 4, threads: Int = 1) -> Prefetcher<Batch> {
    Prefetcher(steps, depth: depth, threads: threads) { step in
      Result { () throws(DatasetError) in try batch(at: step) }
    }
  }

  private func sample(_ id: String) throws(DatasetError) -> Sample {
    let sample = try dataset.sample(id, wantsMask: masks == .truth)
    switch masks {
    case .none: return sample
    case .truth:
      guard sample.mask != nil else { throw .noMasks(id: id) }
      return sample
    case .folder(let folder):
      let path = folder + "/" + id + ".png"
      let mask = try readMask(path, id: id)
      try checkIds(of: mask, path: path, classes: dataset.classNames.count)
      try checkSize(of: mask, id: id, image: sample.image)
      return Sample(id: id, image: sample.image, labels: sample.labels, mask: mask)
    }
  }
}

/// Collects the values of a batch.
private struct BatchBuilder {
  private let loader: BatchLoader
  private let padding: [Float]
  /// The mean and the reciprocal of the deviation of values from 0 to 255.
  private let mean: [Float]
  private let scale: [Float]
  private var ids: [String] = []
  private var pixels: [Float] = []
  private var labels: [Float] = []
  private var maskIds: [Float] = []
  private var geometries: [Geometry] = []

  init(_ loader: BatchLoader) {
    self.loader = loader
    mean = loader.normalization.mean.map { 255 * $0 }
    scale = loader.normalization.deviation.map { 1 / (255 * $0) }
    padding = loader.augmentation.padding == .black ? zip(mean, scale).map { -$0 * $1 } : [0, 0, 0]
    let area = loader.augmentation.crop * loader.augmentation.crop
    pixels.reserveCapacity(3 * area * loader.batchSize)
    if loader.masks != .none { maskIds.reserveCapacity(area * loader.batchSize) }
  }

  mutating func append(_ sample: Sample, random: inout Philox) throws(DatasetError) {
    let augmentation = loader.augmentation
    let geometry = augmentation.geometry(
      width: sample.image.width, height: sample.image.height, random: &random)
    let part = geometry.resampled(augmentation.recolored(sample.image, random: &random))
    ids.append(sample.id)
    geometries.append(geometry)
    append(part, geometry)
    let present = Set(sample.labels)
    labels += loader.dataset.classNames.indices.map { present.contains($0) ? 1 : 0 }
    if let mask = sample.mask { maskIds += geometry.applied(to: mask).ids.map { Float($0) } }
  }

  func batch(at step: Int) -> Batch {
    let side = loader.augmentation.crop
    return Batch(
      step: step, ids: ids, images: Tensor(pixels, shape: [ids.count, side, side, 3]),
      labels: Tensor(labels, shape: [ids.count, loader.dataset.classNames.count]),
      masks: loader.masks == .none ? nil : Tensor(maskIds, shape: [ids.count, side, side]),
      geometries: geometries)
  }

  /// Appends the normalised picture with padding around it.
  private mutating func append(_ part: [Float], _ geometry: Geometry) {
    let box = geometry.box
    var next = 0
    for y in 0..<geometry.height {
      for x in 0..<geometry.width {
        if box.contains(x: x, y: y) {
          for channel in 0..<3 { pixels.append((part[next + channel] - mean[channel]) * scale[channel]) }
          next += 3
        } else {
          pixels += padding
        }
      }
    }
  }
}

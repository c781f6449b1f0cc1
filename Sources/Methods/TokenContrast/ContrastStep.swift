import Autograd
import Configuration
import Datasets
import Models
import NeuralNetwork
import Training
import WeakSupervision

/// The parts of token contrast's loss over one batch (Ru et al.: Token Contrast, CVPR 2023).
struct ContrastStep {
  let network: ContrastNetwork
  let method: TokenContrast
  let seed: UInt64
  let times: PartTimes
  let band: TrustedLabels
  private let onlineLabels: OnlineLabels

  init(_ network: ContrastNetwork, _ method: TokenContrast, seed: UInt64, times: PartTimes) {
    self.network = network
    self.method = method
    self.seed = seed
    self.times = times
    band = TrustedLabels(lower: method.lowThreshold, upper: method.highThreshold)
    onlineLabels = OnlineLabels(band: band, refiners: method.refine.map(\.component))
  }

  /// The parts that `step`, counted from 0, computes.
  func losses(_ batch: ViewBatch, _ pass: Pass, step: Int) -> [LossTerm] {
    let plan = ContrastPlan(method, step: step)
    let features = times.measure("forward") { network.backbone(batch.images, pass) }
    var terms: [LossTerm] = []
    func add(_ part: ContrastPart, _ value: () -> Tensor) {
      if let factor = plan.factor(of: part) {
        terms.append(LossTerm(part.rawValue, value(), factor: factor))
      }
    }
    add(.classification) { classification(network.classifier, features.last, batch, pass) }
    add(.auxiliary) {
      classification(network.auxiliary, features[network.auxiliaryStage], batch, pass)
    }
    guard plan.needsMaps else { return terms }
    let maps = times.measure("camForwards") {
      network.maps(
        batch.images, classes: batch.classes, known: features, scales: method.scales, flip: method.flip)
    }
    add(.patchTokens) { patchContrast(features.last, batch, maps) }
    add(.classTokens) { classContrast(features, batch, maps, pass) }
    if plan.factor(of: .segmentation) != nil || plan.factor(of: .energy) != nil {
      let labels = times.measure("labels") {
        decoderLabels(batch, plan.usesFinalMaps ? maps.map(\.final) : maps.map(\.auxiliary))
      }
      let logits = times.measure("forward") {
        network.decoder(features, pass)
          .resized(height: batch.images.shape[1], width: batch.images.shape[2], .bilinear)
      }
      add(.segmentation) { times.measure("forward") { segmentation(logits, labels) } }
      add(.energy) { energy(logits, labels, batch) }
    }
    return terms
  }

  private func classification(
    _ head: ClassificationHead, _ map: Tensor, _ batch: ViewBatch, _ pass: Pass
  ) -> Tensor {
    times.measure("forward") {
      multiLabelSoftMargin(logits: head.logits(map, pass), labels: batch.labels)
    }
  }

  /// Half the mean over background pixels plus half that over the others.
  private func segmentation(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    let loss = balancedCrossEntropy(logits: logits, labels: labels)
    guard method.compatibility == .original else { return loss }
    let scalars = labels.scalars
    let isComplete = scalars.contains(0) && scalars.contains { $0 > 0 && $0 < 255 }
    // A mean over no pixel is not a number in the original.
    return isComplete ? loss : loss * .nan
  }
}

extension ContrastStep {
  /// The contrast of patch tokens, with pairs from the auxiliary classifier's maps.
  private func patchContrast(_ tokens: Tensor, _ batch: ViewBatch, _ maps: [ContrastMaps]) -> Tensor {
    let (height, width) = (tokens.shape[1], tokens.shape[2])
    let boxes = batch.boxes.map { tokenBox($0, extent: batch.images.shape[1], cells: height) }
    let labels = times.measure("labels") {
      Parallel.map(maps.count) { [band, classes = batch.classes] index in
        let map = maps[index].auxiliary
        guard map.shape[2] > 0 else { return [Float](repeating: 0, count: height * width) }
        let cells = map.reshaped(to: [1, map.shape[0], map.shape[1], map.shape[2]])
          .resized(height: height, width: width, .bilinear)
        return band(cells.reshaped(to: [height, width, map.shape[2]]), classes: classes[index])
      }
    }
    let table = Self.table(labels, boxes: boxes, height: height, width: width)
    return times.measure("forward") { patchTokenContrast(tokens: tokens, labels: table) }
  }

  /// The positions that lie in the photograph as a whole.
  ///
  /// The original takes the box in pixels for one in positions.
  func tokenBox(_ box: Box, extent: Int, cells: Int) -> Box {
    if method.compatibility == .original {
      return Box(
        left: min(box.left, cells), top: min(box.top, cells), right: min(box.right, cells),
        bottom: min(box.bottom, cells))
    }
    let size = extent / cells
    return Box(
      left: (box.left + size - 1) / size, top: (box.top + size - 1) / size, right: box.right / size,
      bottom: box.bottom / size)
  }

  /// The decoder's labels, `[batch, side, side]`, 255 outside the photograph.
  private func decoderLabels(_ batch: ViewBatch, _ maps: [Tensor]) -> Tensor {
    let side = batch.images.shape[1]
    let labels = Parallel.map(maps.count) { [onlineLabels] index in
      onlineLabels(maps[index], classes: batch.classes[index], image: batch.guides[index])
    }
    return Self.table(labels, boxes: batch.boxes, height: side, width: side)
  }

  /// Labels of each image row by row as one tensor, 255 outside each image's box.
  private static func table(_ labels: [[Float]], boxes: [Box], height: Int, width: Int) -> Tensor {
    Tensor(shape: [labels.count, height, width]) { out in
      for (index, labels) in labels.enumerated() {
        for y in 0..<height {
          for x in 0..<width {
            let isInside = boxes[index].contains(x: x, y: y)
            out[(index * height + y) * width + x] = isInside ? labels[y * width + x] : 255
          }
        }
      }
    }
  }
}

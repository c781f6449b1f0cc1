import Autograd
import Configuration
import Datasets
import Imaging
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
  let bands: ContrastBands

  init(_ network: ContrastNetwork, _ method: TokenContrast, seed: UInt64, times: PartTimes) {
    self.network = network
    self.method = method
    self.seed = seed
    self.times = times
    bands = ContrastBands(low: method.lowThreshold, high: method.highThreshold)
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
    bands.observe(maps, boxes: batch.boxes)
    add(.patchTokens) { patchContrast(features.last, batch, maps) }
    add(.classTokens) { classContrast(features, batch, maps, pass) }
    if plan.factor(of: .segmentation) != nil || plan.factor(of: .energy) != nil {
      let labels = times.measure("labels") {
        plan.usesFinalMaps
          ? decoderLabels(batch, maps.map(\.final), bands[.final])
          : decoderLabels(batch, maps.map(\.auxiliary), bands[.auxiliary])
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
      Parallel.map(maps.count) { [band = bands[.auxiliary], classes = batch.classes] index in
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
  private func decoderLabels(_ batch: ViewBatch, _ maps: [Tensor], _ band: TrustedLabels) -> Tensor {
    let side = batch.images.shape[1]
    let onlineLabels = OnlineLabels(band: band, refiners: method.refine.map(\.component))
    let labels = Parallel.map(maps.count) { index in
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

extension ContrastStep {
  /// The contrast of class tokens: of the picture, its second view, and small crops.
  ///
  /// The teacher sees the tokens of both whole views, which the student computes anyway: they share the
  /// encoder.
  func classContrast(
    _ features: FeatureMaps, _ batch: ViewBatch, _ maps: [ContrastMaps], _ pass: Pass
  ) -> Tensor {
    times.measure("crops") {
      let crops = localCrops(batch, maps)
      let corners = crops.map { $0.map { (top: $0.top, left: $0.left) } }
      let small = batch.localCrops(corners, side: method.crops.side)
      let (images, count) = (batch.ids.count, method.crops.count)
      let whole = [classToken(features), classToken(network.backbone(batch.secondViews, pass))]
      let channels = whole[0].shape[1]
      network.updateTeacher()
      let targets = whole.map { token in
        let code = network.teacher(token.detached(), .inference)
        return code.reshaped(to: [images, 1, code.shape[1]])
      }
      let tokens =
        whole.map { $0.reshaped(to: [images, 1, channels]) }
        + [classToken(network.backbone(small, pass)).reshaped(to: [images, count, channels])]
      let students = Tensor.concatenated(tokens, axis: 1)
        .reshaped(to: [images * (count + whole.count), channels])
      let codes = network.projection(students, pass)
      return classTokenContrast(
        student: codes.reshaped(to: [images, count + whole.count, codes.shape[1]]),
        teacher: .concatenated(targets, axis: 1),
        isCertain: crops.map { [true, true] + $0.map(\.isCertain) },
        temperature: method.loss.temperature)
    }
  }

  /// Where the small crops of each image are cut, from the auxiliary classifier's maps.
  private func localCrops(_ batch: ViewBatch, _ maps: [ContrastMaps]) -> [[LocalCrops.Crop]] {
    let side = batch.images.shape[1]
    var rule = LocalCrops(count: method.crops.count, side: method.crops.side)
    rule.uncertainty = method.crops.uncertainty
    let (cutting, classes) = (rule, batch.classes)
    let first = batch.step * batch.ids.count
    return Parallel.map(maps.count) { [seed, band = bands[.auxiliary]] index in
      var random = Philox(seed: seed, name: "crops", step: first + index)
      let labels = band(maps[index].auxiliary, classes: classes[index])
      return cutting(labels, height: side, width: side, random: &random)
    }
  }

  private func classToken(_ features: FeatureMaps) -> Tensor {
    guard let token = features.classToken else {
      preconditionFailure("token contrast: the backbone has no class token")
    }
    return token
  }
}

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

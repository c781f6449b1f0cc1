import Autograd
import Datasets
import Models
import NeuralNetwork
import Training
import WeakSupervision

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
    return Parallel.map(maps.count) { [seed, band] index in
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

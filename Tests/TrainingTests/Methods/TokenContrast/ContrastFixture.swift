import Autograd
import Configuration
import Datasets
import Imaging
import Models

@testable import Training

/// A token contrast that is small enough for a test: ViT-Tiny on windows of 32 pixels.
struct ContrastFixture {
  /// The classes of the built-in data set.
  static let classes = (try? SyntheticShapes().open().classNames.count) ?? 0
  var configuration: RunConfiguration

  init(_ change: (inout ContrastSection) -> Void = { _ in }) {
    configuration = RunConfiguration()
    configuration.method = .tokenContrast
    configuration.model.backbone = Choice(ViTTiny())
    configuration.segment.labels = .online
    configuration.segment.head = Choice(LinearHead())
    configuration.contrast.projectionHidden = 16
    configuration.contrast.augmentation.crop = 32
    configuration.contrast.crops.side = 16
    configuration.contrast.crops.count = 2
    configuration.contrast.scales = [1]
    configuration.contrast.loss.segmentationFrom = 0
    change(&configuration.contrast)
  }

  var section: ContrastSection { configuration.contrast }

  func network() -> ContrastNetwork { ContrastNetwork(configuration, classes: Self.classes) }

  func step(_ network: ContrastNetwork) -> ContrastStep {
    ContrastStep(network, section, seed: 3, times: PartTimes())
  }

  func batch(at step: Int = 0) throws -> ViewBatch {
    var options = SyntheticShapes()
    options.side = 40
    options.trainImages = 12
    let dataset = try options.open()
    let loader = try BatchLoader(
      dataset, ids: dataset.identifiers(of: .train), batchSize: 2, augmentation: section.augmentation, seed: 3
    )
    return try ViewLoader(loader, options: section.views, isAligned: section.compatibility == .fixed)
      .batch(at: step)
  }
}

import Autograd
import Configuration
import Datasets
import Imaging
import Models
import Seedling
import Training

@testable import Methods

/// A token contrast that is small enough for a test: ViT-Tiny on windows of 32 pixels.
struct ContrastFixture {
  /// The classes of the built-in data set.
  static let classes = (try? SyntheticShapes().open().classNames.count) ?? 0
  var configuration: RunConfiguration
  var method: TokenContrast

  init(_ change: (inout TokenContrast) -> Void = { _ in }) {
    configuration = RunConfiguration()
    configuration.model.backbone = Choice(ViTTiny())
    configuration.segment.labels = .online
    configuration.segment.head = Choice(LinearHead())
    method = TokenContrast()
    method.projectionHidden = 16
    method.augmentation.crop = 32
    method.crops.side = 16
    method.crops.count = 2
    method.scales = [1]
    method.loss.segmentationFrom = 0
    change(&method)
    configuration.method = Choice(method)
  }

  func network() -> ContrastNetwork { ContrastNetwork(configuration, method, classes: Self.classes) }

  func step(_ network: ContrastNetwork) -> ContrastStep {
    ContrastStep(network, method, seed: 3, times: PartTimes())
  }

  func batch(at step: Int = 0) throws -> ViewBatch {
    var options = SyntheticShapes()
    options.side = 40
    options.trainImages = 12
    let dataset = try options.open()
    let loader = try BatchLoader(
      dataset, ids: dataset.identifiers(of: .train), batchSize: 2, augmentation: method.augmentation, seed: 3
    )
    return try ViewLoader(loader, options: method.views, isAligned: method.compatibility == .fixed)
      .batch(at: step)
  }
}

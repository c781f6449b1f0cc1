import Autograd
import Imaging
import Models
import Synchronization
import WeakSupervision

/// Numbers that are noted from anywhere.
final class Tally: Sendable {
  private let numbers = Mutex<[Int]>([])

  /// What was noted, in order.
  var values: [Int] { numbers.withLock { $0 } }

  func note(_ number: Int) { numbers.withLock { $0.append(number) } }
}

/// A classifier that notes how many images or rows each of its passes takes.
struct CountingClassifier: Classifier {
  let inner: any Classifier
  /// Forward through the backbone.
  let forward = Tally()
  /// Backward through the scores.
  let backward = Tally()
  /// Backward as far as the images.
  let toImages = Tally()

  init(_ inner: any Classifier) { self.inner = inner }

  var stages: [BackboneStage] { inner.stages }
  var inputMultiple: Int { inner.inputMultiple }
  var normalization: Normalization { inner.normalization }

  func features(_ images: Tensor) -> FeatureMaps {
    forward.note(images.shape[0])
    return inner.features(watched(images, toImages))
  }

  func logits(_ features: FeatureMaps) -> Tensor { watched(inner.logits(features), backward) }

  func classMaps(_ features: FeatureMaps) -> Tensor { inner.classMaps(features) }

  /// The same values, whose backward passes are noted.
  private func watched(_ tensor: Tensor, _ tally: Tally) -> Tensor {
    tensor.detached().recorded("watched", from: tensor) { gradient in
      tally.note(gradient.shape[0])
      return gradient
    }
  }
}

import Autograd
import Configuration
import Models
import NeuralNetwork
import Training

/// A vision transformer with two classifiers, a decoder, and a projection head with its teacher.
///
/// Names begin with `backbone.`, `classifier.`, `auxiliary.`, `head.` (the decoder), `projection.` and
/// `teacher.`; the teacher is a frozen moving average of the projection head.
final class ContrastNetwork {
  let store: ParameterStore
  let backbone: any Backbone
  /// The classifier of the last map.
  let classifier: ClassificationHead
  /// The classifier of the intermediate block's map.
  let auxiliary: ClassificationHead
  /// The name of the map that the auxiliary classifier reads.
  let auxiliaryStage: String
  let decoder: any SegmentationHead
  let projection: ProjectionHead
  let teacher: ProjectionHead
  private let teacherDecay: Float

  /// A network for `classes` foreground classes, with initial values from the run's seed.
  init(_ job: any JobOptions, _ method: TokenContrast, classes: Int) {
    store = ParameterStore(seed: job.generatorSeed)
    backbone = job.model.backbone.component.build(in: store.root["backbone"])
    auxiliaryStage = method.auxiliaryMap(of: backbone.stages)
    let channels = backbone.output.channels
    func classifier(_ name: String, _ store: ParameterStore) -> ClassificationHead {
      ClassificationHead(channels: channels, classes: classes, pooling: method.pooling, in: store.root[name])
    }
    self.classifier = classifier("classifier", store)
    auxiliary = classifier("auxiliary", store)
    decoder = job.segment.head.component.build(
      for: backbone, classes: classes + 1, in: store.root["head"])
    let hidden = method.projectionHidden
    projection = ProjectionHead(channels: channels, hidden: hidden, in: store.root["projection"])
    teacher = ProjectionHead(channels: channels, hidden: hidden, in: store.root["teacher"])
    teacherDecay = method.loss.teacherDecay
    for (own, other) in zip(teacher.parameters, projection.parameters) {
      own.isFrozen = true
      own.assign(other.value)
    }
  }

  /// Moves the teacher's head a step towards the student's.
  func updateTeacher() {
    for (own, other) in zip(teacher.parameters, projection.parameters) {
      own.move(towards: other, keeping: teacherDecay)
    }
  }
}

import Autograd
import Configuration
import Models
import NeuralNetwork

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
  /// What the sides of an input must divide by.
  let inputMultiple: Int
  private let teacherDecay: Float

  /// A network for `classes` foreground classes, with initial values from the run's seed.
  init(_ configuration: RunConfiguration, classes: Int) {
    let section = configuration.contrast
    store = ParameterStore(seed: configuration.generatorSeed)
    let options: any BackboneOptions = configuration.model.backbone.resolved()
    backbone = options.build(in: store.root["backbone"])
    inputMultiple = options.inputMultiple
    auxiliaryStage = Self.auxiliaryStage(of: backbone, section)
    let channels = backbone.output.channels
    func classifier(_ name: String, _ store: ParameterStore) -> ClassificationHead {
      ClassificationHead(channels: channels, classes: classes, pooling: section.pooling, in: store.root[name])
    }
    self.classifier = classifier("classifier", store)
    auxiliary = classifier("auxiliary", store)
    let headOptions: any HeadOptions = configuration.segment.head.resolved()
    decoder = headOptions.build(for: backbone, classes: classes + 1, in: store.root["head"])
    let hidden = section.projectionHidden
    projection = ProjectionHead(channels: channels, hidden: hidden, in: store.root["projection"])
    teacher = ProjectionHead(channels: channels, hidden: hidden, in: store.root["teacher"])
    teacherDecay = section.loss.teacherDecay
    for (own, other) in zip(teacher.parameters, projection.parameters) {
      own.isFrozen = true
      own.assign(other.value)
    }
  }

  /// The name of the map that the auxiliary classifier reads: a block's output, without the last norm.
  static func auxiliaryStage(of backbone: any Backbone, _ section: ContrastSection) -> String {
    backbone.stages[backbone.stages.count - 2 - section.auxiliaryDistance].name
  }

  /// Moves the teacher's head a step towards the student's.
  func updateTeacher() {
    for (own, other) in zip(teacher.parameters, projection.parameters) {
      own.move(towards: other, keeping: teacherDecay)
    }
  }
}

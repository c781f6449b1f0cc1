import Configuration
import Datasets
import Models
import Training

/// A method with a stage of its own: two classifiers on one backbone, by the mean and by the maximum over
/// positions, that learn to agree.
struct ToyMethod: Method, TrainingOptions {
  static let name = "toy"

  @Setting("factor on the squared difference of both classifiers' probabilities", 0...1000)
  var agreement: Float = 0.1
  @Setting("side of held-out images for the mAP; 0 keeps their size", 0...8192) var evaluationSize = 0
  @Setting(TrainingKeys.augmentation) var augmentation = Augmentation()
  @Setting(TrainingKeys.schedule) var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer) var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  @Setting(TrainingKeys.groups) var groups: [ParameterGroupOptions] = []
  @Setting(TrainingKeys.clipNorm) var clipNorm: Float = 0

  func stages(_ job: any JobOptions) -> [any Stage] { [ToyStage(job, self)] }

  func maps(_ job: any JobOptions) -> [MapSource] {
    func source(_ name: String, _ pooling: FeaturePooling, head: String) -> MapSource {
      MapSource(name, caption: "toy \(name)", stage: ToyStage.name, pooling: pooling) { run in
        try ClassificationNetwork.trained(run, by: ToyStage.name, pooling: pooling, head: head).classifier
      }
    }
    return [source("maximum", .maximum, head: ToyStage.second), source("mean", .average, head: "classifier")]
  }

  func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError) {
    try backbone.requireWindow(of: augmentation, option: "method.augmentation")
  }
}

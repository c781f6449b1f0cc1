import Configuration
import Models
import Training

/// A method made of another one: the baseline's classifier and its class maps, and no segmenter.
struct ToyClassifier: Method {
  static let name = "toy-classifier"

  @Setting("the classifier whose maps the run is made for") var classifier = ClassActivationMapping()

  func stages(_ job: any JobOptions) -> [any Stage] { classifier.stages(job) }
  func maps(_ job: any JobOptions) -> [MapSource] { classifier.maps(job) }

  func ending(_ job: any JobOptions, _ trained: TrainedNetworks?) -> RunEnding {
    guard let trained else { preconditionFailure("toy-classifier: it lists maps") }
    return .classMaps(job, trained)
  }
}

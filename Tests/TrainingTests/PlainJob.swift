import Configuration
import Datasets
import Training

/// A job of which every option is as it begins.
struct PlainJob: JobOptions {
  let seed = 0
  let data = Choice<Catalog.Datasets>(SyntheticShapes())
  let model = ModelOptions()
  let seeds = SeedsOptions()
  let refine: [Choice<Catalog.Refiners>] = []
  let refineStrengths: [Float] = [1]
  let masks = MasksOptions()
  let segment = SegmentOptions()
  let evaluate = EvaluateOptions()
}

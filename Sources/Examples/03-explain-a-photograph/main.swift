// Shows what a classifier looks at: its class activation map over the picture that is given as argument, or
// over a drawn one. It is a small classifier, which learns six drawn things first.
import Autograd
import Datasets
import Imaging
import Models
import NeuralNetwork
import WeakSupervision

let data = try SyntheticShapes().open()
let classes = data.classNames.indices
let store = ParameterStore(seed: 0)
let widths = [3, 24, 48, 96]
let convolutions = (1...3).map {
  Conv2D(widths[$0 - 1], widths[$0], kernel: 3, stride: 2, padding: 1, in: store.root["conv"][$0])
}
let head = ClassificationHead(channels: 96, classes: classes.count, pooling: .maximum, in: store.root["head"])

func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
  var maps = FeatureMaps()
  maps.append("last", convolutions.reduce(images) { $1($0, pass).relu() })
  return maps
}

let optimizer = AdamW([ParameterGroup(store.parameters, learningRate: 2e-3)])
for step in 0..<200 {
  let samples = try data.identifiers(of: .train)[(step % 75 * 16)...].prefix(16)
    .map { try data.sample($0, wantsMask: false) }
  let shown = samples.flatMap { sample in classes.map { sample.labels.contains($0) ? Float(1) : 0 } }
  let images = samples.map { $0.image.tensor().reshaped(to: [1, 64, 64, 3]) }
  let pass = Pass.training(seed: 0, step: step)
  let loss = multiLabelSoftMargin(
    logits: head.logits(features(.concatenated(images, axis: 0), pass), pass),
    labels: Tensor(shown, shape: [16, classes.count]))
  optimizer.step(loss.gradients())
}

let network = ExplainedNetwork(
  lastStage: "last", features: { features($0, .inference) }, logits: { head.logits($0, .inference) },
  classMaps: { head.classMaps($0, .inference) })
let path = CommandLine.arguments.dropFirst().first
let picture = try path.map { path in try Image(contentsOf: path) } ?? data.image(of: "val-00000")
let input = picture.tensor().reshaped(to: [1, picture.height, picture.width, 3])
let best = Int(network.logits(network.features(input)).argmax(axis: 1).scalar)
let map = CAM().maps(input, classes: [best], of: network).relu()
let values = map.reshaped(to: [map.shape[1], map.shape[2]]) / (map.maximum().scalar + 1e-5)
try HeatMap(values).over(picture).writePNG(to: "explanation.png")
print("explanation.png shows where the picture looks like a \(data.classNames[best])")

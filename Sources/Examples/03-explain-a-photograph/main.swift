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

/// Three convolutions of stride 2.
struct SmallBackbone: Backbone {
  let stages = [BackboneStage("last", channels: 96, stride: 8)]
  let convolutions = zip([3, 24, 48], [24, 48, 96]).enumerated().map { index, widths in
    Conv2D(widths.0, widths.1, kernel: 3, stride: 2, padding: 1, in: store.root["conv"][index + 1])
  }

  func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    var maps = FeatureMaps()
    maps.append("last", convolutions.reduce(images) { $1($0, pass).relu() })
    return maps
  }
}
let backbone = SmallBackbone()
let head = ClassificationHead(channels: 96, classes: classes.count, pooling: .maximum, in: store.root["head"])
let optimizer = AdamW([ParameterGroup(store.parameters, learningRate: 2e-3)])
for step in 0..<200 {
  let samples = try data.identifiers(of: .train)[(step % 75 * 16)...].prefix(16)
    .map { try data.sample($0, wantsMask: false) }
  let shown = samples.flatMap { sample in classes.map { sample.labels.contains($0) ? Float(1) : 0 } }
  let images = samples.map { $0.image.tensor().reshaped(to: [1, 64, 64, 3]) }
  let pass = Pass.training(seed: 0, step: step)
  let loss = multiLabelSoftMargin(
    logits: head.logits(backbone(.concatenated(images, axis: 0), pass), pass),
    labels: Tensor(shown, shape: [16, classes.count]))
  optimizer.step(loss.gradients())
}
let classifier = PooledClassifier(backbone, head)
let path = CommandLine.arguments.dropFirst().first
let picture = try path.map { path in try Image(contentsOf: path) } ?? data.image(of: "val-00000")
let input = picture.tensor().reshaped(to: [1, picture.height, picture.width, 3])
let best = Int(classifier.logits(classifier.features(input)).argmax(axis: 1).scalar)
let map = classifier.classMaps(classifier.features(input)).gathered([best], axis: 3).relu()
let values = map.reshaped(to: [map.shape[1], map.shape[2]])
try HeatMap(values / (map.maximum().scalar + 1e-5)).over(picture).writePNG(to: "explanation.png")
print("explanation.png shows where the picture looks like a \(data.classNames[best])")

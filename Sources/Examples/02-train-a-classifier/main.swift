// Trains a small classifier on drawn pictures, each of which shows one to three of six classes.
import Autograd
import Datasets
import Imaging
import NeuralNetwork

let data = try SyntheticShapes().open()
let classes = data.classNames.indices

// Asking a scope for a layer's parameters makes and names them: `unit.1.conv.weight`.
let store = ParameterStore(seed: 0)
let widths = [3, 16, 32, 64]
let units = (1...3).map { number in
  let (inputs, outputs, scope) = (widths[number - 1], widths[number], store.root["unit"][number])
  let convolution = Conv2D(
    inputs, outputs, kernel: 3, stride: 2, padding: 1, bias: false, in: scope["conv"])
  return (convolution, BatchNorm(outputs, in: scope["norm"]))
}
let head = Linear(64, classes.count, in: store.root["head"])

/// Scores `[batch, classes]` of pictures `[batch, height, width, 3]`.
func classify(_ images: Tensor, _ pass: Pass) -> Tensor {
  let map = units.reduce(images) { $1.1($1.0, $0, pass, activation: .relu) }
  return head(map.globalMaxPool(), pass)
}

/// Pictures `[batch, height, width, 3]`, and 1 for each class that one shows `[batch, classes]`.
func batch(_ ids: some Collection<String>) throws -> (images: Tensor, labels: Tensor) {
  let samples = try ids.map { try data.sample($0, wantsMask: false) }
  let images = samples.map { $0.image.tensor().reshaped(to: [1, $0.image.height, $0.image.width, 3]) }
  let labels = samples.flatMap { sample in classes.map { sample.labels.contains($0) ? Float(1) : 0 } }
  return (.concatenated(images, axis: 0), Tensor(labels, shape: [ids.count, classes.count]))
}

let optimizer = AdamW([ParameterGroup(store.parameters, learningRate: 3e-3, weightDecay: 1e-2)])
let (ids, steps, size) = (try data.identifiers(of: .train), 300, 16)
for step in 0..<steps {
  let (images, labels) = try batch((0..<size).map { ids[(step * size + $0) % ids.count] })
  let loss = multiLabelSoftMargin(
    logits: classify(images, .training(seed: 0, step: step)), labels: labels)
  optimizer.step(loss.gradients(), learningRateScale: 1 - Float(step) / Float(steps))
  if step % 50 == 0 { print("step \(step): loss \(loss.scalar)") }
}
let (images, labels) = try batch(data.identifiers(of: .val))
let right = classify(images, .inference).isGreater(than: 0).isEqual(to: labels).mean().scalar
print("right answers about held-out pictures: \((100 * right).rounded()) %")

import Autograd
import Datasets
import Foundation
import Models
import NeuralNetwork
import Reporting

/// Replaces labels of classes that a segmenter begins to memorise by its own predictions, batch by batch.
final class LabelCorrector: StepMemory {
  private let network: SegmentationNetwork
  private let options: CorrectionOptions
  /// The batches of an epoch, and of a step.
  private let batchesPerEpoch: Double
  private let accumulate: Int
  private let context: RunContext
  private var learning: EarlyLearning

  init(_ network: SegmentationNetwork, _ loader: BatchLoader, _ context: RunContext) {
    let segment = context.job.segment
    self.network = network
    self.context = context
    options = segment.correction
    batchesPerEpoch = Double(loader.ids.count) / Double(loader.batchSize)
    accumulate = segment.schedule.accumulate
    learning = EarlyLearning(classes: context.dataset.classCount)
  }

  var encoded: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(learning)
    }
  }

  func restore(_ data: Data) throws { learning = try JSONDecoder().decode(EarlyLearning.self, from: data) }

  /// The labels `[batch, height, width]` to learn from: `masks`, some of memorised classes corrected.
  func labels(_ batch: Batch, _ masks: Tensor) -> Tensor {
    guard learning.isMemorized.contains(true) else { return masks }
    let rule = CorrectionRule(isMemorized: learning.isMemorized, confidence: options.confidence)
    return rule.labels(masks, probabilities: probabilities(batch.images), held: batch.labels)
  }

  /// Compares what the network says with the labels as they were given, and measures when it is time to.
  func observe(_ logits: Tensor, _ masks: Tensor, batch index: Int) {
    let best = logits.detached().argmax(axis: 3)
    best.withSpan { best in
      masks.withSpan { masks in
        for position in masks.indices {
          learning.count(prediction: Int(best[position]), label: Int(masks[position]))
        }
      }
    }
    guard (index + 1).isMultiple(of: options.every * accumulate) else { return }
    let added = learning.measure(
      epoch: Double(index + 1) / batchesPerEpoch, slopeLoss: options.slopeLoss)
    guard !added.isEmpty else { return }
    let classes = ["background"] + context.dataset.classNames
    let names = added.map { classes[$0] }.joined(separator: ", ")
    let step = (index + 1) / accumulate
    context.reporter(.note("step \(step): labels give way to the network's own: \(names)"))
  }

  /// The probabilities `[batch, height, width, classes]`, averaged over scales.
  private func probabilities(_ images: Tensor) -> Tensor {
    let (height, width) = (images.shape[1], images.shape[2])
    let sum = options.scales.map { scale in
      func legal(_ side: Int) -> Int {
        let cells = Float(side) * scale / Float(network.backbone.inputMultiple)
        return max(1, Int(cells.rounded())) * network.backbone.inputMultiple
      }
      let scaled = images.resized(height: legal(height), width: legal(width), .bilinear)
      return network.logits(scaled, .inference).resized(height: height, width: width, .bilinear).softmax()
    }
    return sum.dropFirst().reduce(sum[0], +) * (1 / Float(sum.count))
  }
}

/// Which labels of memorised classes give way to the network's own class (Liu et al., ADELE, CVPR 2022).
///
/// A pixel is corrected where its label's class is memorised, the network's probability of its own class is
/// above `confidence`, and the image holds that class, which the background always is. Ignored pixels stay.
struct CorrectionRule {
  /// Whether each class, the background first, is memorised.
  let isMemorized: [Bool]
  let confidence: Float

  /// The corrected labels `[batch, height, width]` of `masks`; `probabilities` are `[batch, height, width,
  /// classes]`, and `held` says `[batch, classes - 1]` which classes but the background an image holds.
  func labels(_ masks: Tensor, probabilities: Tensor, held: Tensor) -> Tensor {
    let (classes, pixels) = (probabilities.shape[3], masks.shape[1] * masks.shape[2])
    let best = probabilities.argmax(axis: 3)
    return Tensor(shape: masks.shape) { out in
      masks.withSpan { masks in
        best.withSpan { best in
          probabilities.withSpan { probabilities in
            held.withSpan { held in
              for position in masks.indices {
                let (label, own) = (Int(masks[position]), Int(best[position]))
                let isHeld = own == 0 || held[position / pixels * (classes - 1) + own - 1] > 0
                let isSure = probabilities[position * classes + own] > confidence
                let isCorrected = label != 255 && isMemorized[label] && isHeld && isSure
                out[position] = isCorrected ? Float(own) : masks[position]
              }
            }
          }
        }
      }
    }
  }
}

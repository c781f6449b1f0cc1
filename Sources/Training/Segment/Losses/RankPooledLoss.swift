public import Autograd
public import Configuration
import NeuralNetwork

/// Cross-entropy, and a demand that the classes of a mask fill some of the picture and others none of it
/// (Kolesnikov and Lampert, ECCV 2016).
public struct RankPooledLoss: SegmentationLoss {
  public static let name = "rank-pooled"

  @Setting("factor on the demand beside the cross-entropy", 0...1_000_000) public var weight: Float = 0.1
  @Setting("weight of a place relative to the next better one, for classes", 0...1)
  public var decay: Float = 0.996
  @Setting("the same for background", 0...1) public var backgroundDecay: Float = 0.999
  @Setting("pixels along a side for one place", 1...8192) public var stride = 8

  public init() {}

  public func value(logits: Tensor, labels: Tensor) -> Tensor {
    let (batch, height, width) = (logits.shape[0], logits.shape[1], logits.shape[2])
    let places = logits.resized(
      height: max(1, height / stride), width: max(1, width / stride), .bilinear)
    let present = labels.withSpan { ids in
      (0..<batch).map { image in
        var held: Set<Int> = []
        for pixel in image * height * width..<(image + 1) * height * width { held.insert(Int(ids[pixel])) }
        return held.subtracting([0, 255]).sorted()
      }
    }
    return crossEntropy(logits: logits, labels: labels)
      + rankedPresence(logits: places, present: present, decay: decay, backgroundDecay: backgroundDecay)
      * weight
  }
}

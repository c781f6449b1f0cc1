public import Configuration

/// When and how labels that a segmenter begins to memorise give way to its own (Liu et al., ADELE, CVPR
/// 2022).
public struct CorrectionOptions: Section {
  @Setting("whether labels of classes that are being memorised give way to the network's own")
  public var enabled = false
  @Setting("steps between two measurements of each class's IoU with its labels", 1...10_000_000)
  public var every = 50
  @Setting("part of its slope after the first epoch that a class's curve has lost by then, 0 to 1", 0...1)
  public var slopeLoss: Double = 0.9
  @Setting("probability above which the network's own class counts, 0 to 1", 0...1)
  public var confidence: Float = 0.8
  @Setting("scale factors whose probabilities are averaged", .each(.above(0, upTo: 16)), .count(1...16))
  public var scales: [Float] = [0.7, 1, 1.5]

  public init() {}
}

public import Autograd

/// Scaled images that alone do not fit into the memory of the machine.
public struct ViewMemoryError: Error, Sendable, Equatable {
  /// The name of the stage, and of its options.
  public let stage: String
  /// The side of the largest image in pixels.
  public let side: Int
  /// The bytes that it takes, with its mirror image if there is one.
  public let needed: Int
  /// The bytes that there are.
  public let available: Int

  /// Refuses a stage with such options before anything is computed.
  ///
  /// Only images of a side that the options say are counted, in single precision; what the network adds
  /// depends on it.
  ///
  /// - Throws: `ViewMemoryError`.
  public static func check(
    _ stage: any Stage, available: Int = Memory.total
  ) throws(ViewMemoryError) {
    for options in stage.options {
      if let seeds = options as? SeedsOptions {
        try check("seeds", seeds.baseSize, seeds.scales, isFlipped: seeds.flip, available)
      }
      // Windows are cut from the image, which is then not a tensor as a whole.
      if let evaluate = options as? EvaluateOptions, evaluate.window == 0 {
        try check("evaluate", evaluate.baseSize, evaluate.scales + [1], isFlipped: false, available)
      }
    }
  }

  private static func check(
    _ name: String, _ baseSize: Int, _ scales: [Float], isFlipped: Bool, _ available: Int
  ) throws(ViewMemoryError) {
    let side = Int((Float(baseSize) * (scales.max() ?? 1)).rounded())
    let needed = (isFlipped ? 2 : 1) * side * side * 3 * MemoryLayout<Float>.size
    guard needed <= available else {
      throw ViewMemoryError(stage: name, side: side, needed: needed, available: available)
    }
  }
}

extension ViewMemoryError: CustomStringConvertible {
  /// Where, what, what to do; in one line.
  public var description: String {
    "\(stage): images of \(side) × \(side) pixels (base_size at the largest scale) take "
      + "\(Memory.gibibytes(needed)), but there are \(Memory.gibibytes(available)); "
      + "lower \(stage).base_size or \(stage).scales"
  }
}

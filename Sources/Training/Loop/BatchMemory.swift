public import Autograd
import Datasets

/// A training whose images alone do not fit into the memory of the machine.
public struct BatchMemoryError: Error, Sendable, Equatable {
  /// The name of the stage.
  public let stage: String
  /// The number of images in a batch.
  public let batch: Int
  /// The side of an image in pixels.
  public let crop: Int
  /// The bytes that images take.
  public let needed: Int
  /// The bytes that there are.
  public let available: Int

  /// Refuses a stage with such options before anything is computed.
  ///
  /// The batch that is trained on and the one that is loaded meanwhile are counted, in single precision; what
  /// the network adds depends on it.
  ///
  /// - Throws: `BatchMemoryError`.
  public static func check(
    _ stage: any Stage, available: Int = Memory.total
  ) throws(BatchMemoryError) {
    for case let options as any TrainingOptions in stage.options {
      let (batch, crop) = (options.schedule.batch, options.augmentation.crop)
      let needed = 2 * batch * crop * crop * 3 * MemoryLayout<Float>.size
      guard needed <= available else {
        throw BatchMemoryError(
          stage: stage.name, batch: batch, crop: crop, needed: needed, available: available)
      }
    }
  }
}

extension BatchMemoryError: CustomStringConvertible {
  /// Where, what, what to do; in one line.
  public var description: String {
    "stage \(stage): batches of \(batch) windows of \(crop) × \(crop) pixels take "
      + "\(Memory.gibibytes(needed)), but there are \(Memory.gibibytes(available)); "
      + "lower schedule.batch or augmentation.crop"
  }
}

import Imaging
import Training

/// What a network expects of its input, as a command line says it.
public struct InputStatistics: Sendable, Equatable {
  let normalization: Normalization

  /// Reads the mean and the deviation of red, green and blue, such as `0.5,0.5,0.5`.
  ///
  /// - Throws: `ExplanationError.badChannels` for something else than three numbers in range.
  public init(mean: String, deviation: String) throws(ExplanationError) {
    normalization = Normalization(
      mean: try Self.channels(mean, of: "--mean", from: 0),
      deviation: try Self.channels(deviation, of: "--deviation", from: Normalization.smallestDeviation))
  }

  private static func channels(
    _ text: String, of option: String, from lowest: Float
  ) throws(ExplanationError) -> [Float] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let values = words.compactMap { Float($0) }.filter { (lowest...1).contains($0) }
    guard words.count == 3, values.count == 3 else {
      throw .badChannels(option: option, text: text, lowest: lowest)
    }
    return values
  }
}

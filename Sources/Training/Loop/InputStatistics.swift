import Files
public import Imaging

/// The mean and the deviation that weights expect travel in the metadata of their file, as `mean` and `std`:
/// three numbers each, of channel values from 0 to 1.
extension Normalization {
  /// What the metadata of the weight file at `path` says; `nil` if it says nothing.
  ///
  /// Where it says only one of the two, and of that what is `usual`, it means the usual other one.
  ///
  /// - Throws: `InputStatisticsError` if it says something else than three numbers in range, or half of it.
  init?(
    metadata: [String: String], path: String, usual: Normalization
  ) throws(InputStatisticsError) {
    let mean = try Self.values("mean", metadata, path, 0...1)
    let deviation = try Self.values("std", metadata, path, Self.smallestDeviation...1)
    if let mean, let deviation {
      self.init(mean: mean, deviation: deviation)
    } else if mean == nil, deviation == nil {
      return nil
    } else if mean == usual.mean || deviation == usual.deviation {
      self = usual
    } else {
      throw InputStatisticsError(path: path, key: mean == nil ? "mean" : "std", found: "missing")
    }
  }

  /// The metadata of weights that expect these statistics.
  var metadata: [String: String] { ["mean": "\(mean)", "std": "\(deviation)"] }

  /// The smallest deviation of a channel that is not constant: less than a step of 1/255.
  public static let smallestDeviation: Float = 0.001

  private static func values(
    _ key: String, _ metadata: [String: String], _ path: String, _ range: ClosedRange<Float>
  ) throws(InputStatisticsError) -> [Float]? {
    guard let text = metadata[key] else { return nil }
    let separators: Set<Character> = ["[", "]", "(", ")", ",", " "]
    let words = text.split { separators.contains($0) }
    let values = words.compactMap { Float($0) }.filter { range.contains($0) }
    guard values.count == 3, words.count == 3 else {
      throw InputStatisticsError(path: path, key: key, found: text)
    }
    return values
  }
}

/// Metadata of a weight file about its input that cannot be understood.
struct InputStatisticsError: Error, Equatable, CustomStringConvertible {
  let path: String
  let key: String
  let found: String
  var options = StatisticsOptions.configuration

  var description: String {
    """
    \(path.printable): its metadata says that \(key) is \(String(found.prefix(80)).printable), where \
    three numbers from 0 to 1 are expected; set \(options.mean) and \(options.deviation)
    """
  }
}

/// What the options are called that say the mean and the deviation of a network's input.
enum StatisticsOptions: Equatable {
  /// Those of a run.
  case configuration
  /// Those of a command line without a run.
  case arguments

  var mean: String { self == .configuration ? "model.mean" : "--mean" }
  var deviation: String { self == .configuration ? "model.deviation" : "--deviation" }

  /// How both are set to one value for all channels.
  func setting(_ value: String) -> String {
    let values = [value, value, value].joined(separator: ",")
    return switch self {
    case .configuration: "set \(mean)=[\(values)] and \(deviation)=[\(values)]"
    case .arguments: "give \(mean) \(values) \(deviation) \(values)"
    }
  }
}

import Autograd
import Configuration
import Datasets
import Foundation
import Training
import WeakSupervision

/// What can stand in place of a number where maps are trusted.
public enum TrustWord: String, Sendable, CaseIterable {
  /// Where the values of the last steps' maps part into three groups.
  case otsu
}

/// The bands of values in which maps are not believed, one for each classifier's maps.
final class ContrastBands: StepMemory {
  /// Whose maps are meant.
  enum Source: String, Codable, CaseIterable {
    case auxiliary, final
  }

  private let low: NumberOr<TrustWord>
  private let high: NumberOr<TrustWord>
  private var groups: [Source: RunningGroups] = [:]

  /// The bands of these options; a word stands for an end that is learnt.
  init(low: NumberOr<TrustWord>, high: NumberOr<TrustWord>) {
    self.low = low
    self.high = high
  }

  /// Whether an end is learnt, so that checkpoints must keep what was seen.
  var learns: Bool { low == .word(.otsu) || high == .word(.otsu) }

  /// The band for maps of one classifier.
  subscript(_ source: Source) -> TrustedLabels {
    // Maps are looked at before labels are made of them; without any there is nothing to trust.
    let found = groups[source]?.thresholds ?? (0, 1)
    let lower = low.number(or: found.lower)
    return TrustedLabels(lower: lower, upper: max(lower, high.number(or: found.upper)))
  }

  /// Looks at the maps of a batch, `[side, side, classes]` for each image, within the photographs.
  func observe(_ maps: [ContrastMaps], boxes: [Box]) {
    guard learns else { return }
    for source in Source.allCases {
      let values = Parallel.map(maps.count) { index in
        Self.values(source == .final ? maps[index].final : maps[index].auxiliary, in: boxes[index])
      }
      groups[source, default: RunningGroups()].observe(values.flatMap(\.self))
    }
  }

  /// The values of each map within a box.
  private static func values(_ maps: Tensor, in box: Box) -> [[Float]] {
    let (side, classes) = (maps.shape[1], maps.shape[2])
    return maps.withSpan { values in
      (0..<classes).map { channel in
        (0..<maps.shape[0] * side).compactMap { place in
          box.contains(x: place % side, y: place / side) ? values[place * classes + channel] : nil
        }
      }
    }
  }

  var encoded: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(Dictionary(uniqueKeysWithValues: groups.map { ($0.key.rawValue, $0.value) }))
    }
  }

  func restore(_ data: Data) throws {
    let known = try JSONDecoder().decode([String: RunningGroups].self, from: data)
    for source in Source.allCases { groups[source] = known[source.rawValue] }
  }
}

import Files
import Foundation
import Imaging
import Models
import NeuralNetwork

/// A file of pretrained weights, and where in it the backbone lies.
struct PretrainedFile {
  let reader: SafetensorsReader
  /// What stands before the backbone's own names, such as `module.`; empty as a rule.
  let prefix: String
  /// The classifier that is wanted, too, such as `fc`.
  private let head: String?

  /// Looks for a backbone with parameters of these `names`, which may have a classifier called `head`.
  ///
  /// - Throws: `PretrainedError.severalNetworks`.
  init(_ reader: SafetensorsReader, names: [String], head: String? = nil) throws(PretrainedError) {
    self.reader = reader
    self.head = head
    prefix = try Self.prefix(of: names, in: reader)
  }

  /// Names of the file without the prefix; `nil` for what belongs to something else.
  func name(_ fileName: String) -> String? {
    guard fileName.hasPrefix(prefix), !fileName.hasPrefix(Checkpoint.optimizerPrefix) else { return nil }
    let name = String(fileName.dropFirst(prefix.count))
    if let head, name.hasPrefix("\(head).") { return name }
    return Self.classifiers.contains { name.hasPrefix($0) } ? nil : name
  }

  /// What is left out of the file.
  var leftOut: [String] {
    reader.entries.keys.filter { !$0.hasSuffix("num_batches_tracked") && name($0) == nil }.sorted()
  }

  /// The ImageNet classifiers of torchvision's and timm's networks.
  private static let classifiers = ["head.", "head_dist.", "fc.", "classifier."]
  /// The places in a file that are tried.
  private static let mostPrefixes = 64

  /// What stands before most of the `names`.
  private static func prefix(
    of names: [String], in reader: SafetensorsReader
  ) throws(PretrainedError) -> String {
    // The first and the last name are enough to find candidates, which are then counted with all.
    let anchors = Set([names.first, names.last].compactMap(\.self))
    var prefixes: Set<String> = [""]
    for fileName in reader.entries.keys where !fileName.hasPrefix(Checkpoint.optimizerPrefix) {
      for anchor in anchors where fileName.hasSuffix("." + anchor) {
        prefixes.insert(String(fileName.dropLast(anchor.count)))
      }
    }
    let counted = prefixes.sorted { ($0.count, $0) < ($1.count, $1) }.prefix(mostPrefixes).map { prefix in
      (prefix: prefix, count: names.count { reader.entries[prefix + $0] != nil })
    }
    let most = counted.map(\.count).max() ?? 0
    let best = counted.filter { $0.count == most }.map(\.prefix)
    guard most > 0, let first = best.first else { return "" }
    guard best.count == 1 || first.isEmpty else {
      throw PretrainedError.severalNetworks(path: reader.path, prefixes: best)
    }
    return first
  }
}

/// What can be wrong with pretrained weights that are a proper file.
enum PretrainedError: Error, Equatable, CustomStringConvertible {
  /// A backbone of the right kind lies at several places.
  case severalNetworks(path: String, prefixes: [String])

  var description: String {
    switch self {
    case .severalNetworks(let path, let prefixes):
      """
      \(path): holds the network \(prefixes.count) times, below \
      \(prefixes.map(\.printable).joined(separator: " and ")); save the one to start from in a file of its own
      """
    }
  }
}

extension PretrainedFile {
  /// Why the file may want other statistics of its input than `normalization`; `nil` where nothing says so.
  ///
  /// Weights of the backbone expect the `usual` ones as a rule.
  func doubt(
    about normalization: Normalization, usual: Normalization, _ options: StatisticsOptions = .configuration
  ) throws(InputStatisticsError) -> String? {
    let path = reader.path.printable
    if let own = try Normalization(metadata: reader.metadata, path: reader.path, usual: usual) {
      guard own != normalization else { return nil }
      return """
        \(path): was made for mean \(own.mean) and deviation \(own.deviation), but \(options.mean) is \
        \(normalization.mean) and \(options.deviation) \(normalization.deviation)
        """
    }
    guard normalization == .imageNet, let word = halfWord else { return nil }
    return """
      \(path): says no mean and deviation, and networks called "\(word)" are as a rule made for 0.5 and 0.5; \
      if these are, \(options.setting("0.5"))
      """
  }

  /// The part of the file's name, or of what it says of its source, that networks with 0.5 are known by.
  private var halfWord: String? {
    let name = URL(fileURLWithPath: reader.path).lastPathComponent
    let text = "\(name) \(reader.metadata["source"] ?? "")".lowercased()
    let known = ["augreg", "_in21k", "inception", "tf_", "tensorflow", "mixer", "beit", "siglip"]
    if let word = known.first(where: { text.contains($0) }) { return word }
    // In the middle of a name it is a part of other words, as of "bit_true".
    if name.lowercased().hasPrefix("bit_") { return "bit_" }
    // timm's vit_… that are not DINO's or MAE's.
    let others = ["dino", "mae", "moco", "msn", "clip", "deit"]
    return text.contains("vit_") && !others.contains { text.contains($0) } ? "vit_" : nil
  }
}

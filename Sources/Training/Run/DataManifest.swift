import Autograd
public import Datasets
import Files

/// What the data of a run are: classes, lists, labels, and the hash of each file; `data.tsv` in its folder.
///
/// A file whose stamp is the one that a manifest remembers is not read again. Copying a data set or moving it
/// changes stamps and no hash, so nothing becomes invalid.
public struct DataManifest: Sendable, Equatable {
  /// One file of a data set.
  struct File: Sendable, Equatable {
    /// The name without folders.
    let name: String
    /// The digits of XXH64.
    let hash: String
    /// What the system said of the file when it was read; `nil` if it may have changed in that moment.
    let stamp: FileStamp?

    static func == (one: File, other: File) -> Bool { one.hash == other.hash }
  }

  /// A list of images.
  struct List: Sendable, Equatable {
    let name: String
    let ids: [String]
  }

  /// The names of the foreground classes.
  public internal(set) var classes: [String] = []
  /// The list of each split.
  var lists: [Split: List] = [:]
  /// The class indices of each image.
  var labels: [String: [Int]] = [:]
  /// The name of the file or folder that labels come from.
  var labelSource = "labels"
  var images: [String: File] = [:]
  var masks: [String: File] = [:]
  /// The pretrained weights, if there are any.
  var weights: File?

  init() {}

  /// Looks at the parts of a data set that `use` names, on all cores.
  ///
  /// `known` are manifests whose hashes count for files with the same stamps.
  ///
  /// - Throws: `DatasetError`, `RunError.cannotRead`.
  public init(
    of dataset: any Dataset, weights path: String?, in use: DataUse, known: [DataManifest] = []
  ) throws {
    classes = dataset.classNames
    labelSource = dataset.labelSource
    var work: [Work] = []
    var seen: (images: Set<String>, masks: Set<String>) = ([], [])
    for split in use.splits {
      let ids = try dataset.identifiers(of: split)
      lists[split] = List(name: dataset.name(of: split), ids: ids)
      for id in ids {
        if use.labels.contains(split) { labels[id] = try dataset.labels(of: id) }
        let files = dataset.files(of: id)
        if use.images.contains(split), let path = files.image, seen.images.insert(id).inserted {
          work.append(Work(.image, id, path, known.compactMap { $0.images[id] }))
        }
        if use.masks.contains(split), let path = files.mask, seen.masks.insert(id).inserted {
          work.append(Work(.mask, id, path, known.compactMap { $0.masks[id] }))
        }
      }
    }
    if use.weights, let path { work.append(Work(.weights, "", path, known.compactMap(\.weights))) }
    let files = Parallel.map(work.count) { [work] in work[$0].file }
    for (part, file) in zip(work, files) {
      switch (part.kind, file) {
      case (.image, .success(let file)): images[part.id] = file
      case (.mask, .success(let file)): masks[part.id] = file
      case (.weights, .success(let file)): weights = file
      // Masks may be there for some images only.
      case (.mask, .failure): continue
      case (_, .failure(let error)): throw RunError.cannotRead(path: error.path, reason: error.reason)
      }
    }
  }

  /// Remembers the weights that an earlier state had.
  public mutating func keepWeights(of earlier: DataManifest) { weights = earlier.weights }

  /// The number of files that were looked at.
  public var fileCount: Int { images.count + masks.count + (weights == nil ? 0 : 1) }

  /// A digest of what `use` names.
  public func digest(of use: DataUse) -> Fingerprint {
    var parts = classes + [""]
    for split in use.splits {
      let ids = lists[split]?.ids ?? []
      parts += ["\(split)"] + ids
      if use.labels.contains(split) {
        parts += ids.map { id in (labels[id] ?? []).map(String.init).joined(separator: " ") }
      }
      if use.images.contains(split) { parts += ids.map { images[$0]?.hash ?? "" } }
      if use.masks.contains(split) { parts += ids.map { masks[$0]?.hash ?? "" } }
    }
    if use.weights { parts.append(weights?.hash ?? "none") }
    return Fingerprint(parts)
  }

  /// The images of a split.
  public func identifiers(of split: Split) -> [String] { lists[split]?.ids ?? [] }

  /// The hashes of the pictures of a split, with their names.
  public func imageHashes(of split: Split) -> [(id: String, hash: String)] {
    identifiers(of: split).compactMap { id in images[id].map { (id, $0.hash) } }
  }
}

/// A file that is to be looked at.
private struct Work: Sendable {
  enum Kind {
    case image, mask, weights
  }

  let kind: Kind
  let id: String
  let path: String
  let known: [DataManifest.File]

  init(_ kind: Kind, _ id: String, _ path: String, _ known: [DataManifest.File]) {
    self.kind = kind
    self.id = id
    self.path = path
    self.known = known
  }

  var file: Result<DataManifest.File, XXH64.ReadFailure> {
    Result { () throws(XXH64.ReadFailure) in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      // Before the bytes: what changes while they are read has another stamp afterwards.
      let stamp = FileStamp(path)
      if let stamp, let same = known.first(where: { $0.stamp == stamp }) {
        return DataManifest.File(name: name, hash: same.hash, stamp: stamp)
      }
      return DataManifest.File(name: name, hash: try XXH64.hex(ofFile: path), stamp: stamp)
    }
  }
}

extension DataManifest {
  /// The lines of `data.tsv`: a word that says what it is, then fields between tabs.
  public var text: String {
    var lines = [["classes"] + classes, ["source", labelSource]]
    for split in Split.allCases {
      if let list = lists[split] { lines.append(["list", split.rawValue, list.name] + list.ids) }
    }
    for (id, indices) in labels.sorted(by: { $0.key < $1.key }) {
      lines.append(["labels", id, indices.map(String.init).joined(separator: " ")])
    }
    for (word, files) in [("image", images), ("mask", masks), ("weights", weights.map { ["": $0] } ?? [:])] {
      for (id, file) in files.sorted(by: { $0.key < $1.key }) {
        lines.append([word, id, file.name, file.hash, file.stamp?.description ?? ""])
      }
    }
    return lines.map { $0.map(Self.escaped).joined(separator: "\t") + "\n" }.joined()
  }

  /// Reads what `text` gives; `nil` for anything else.
  public init?(parsing text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(Self.plain)
      let rest = Array(fields.dropFirst())
      switch (fields[0], rest.count) {
      case ("classes", _): classes = rest
      case ("source", 1): labelSource = rest[0]
      case ("list", 2...):
        guard let split = Split(rawValue: rest[0]) else { return nil }
        lists[split] = List(name: rest[1], ids: Array(rest.dropFirst(2)))
      case ("labels", 2): labels[rest[0]] = rest[1].split(separator: " ").compactMap { Int($0) }
      case ("image", 4): images[rest[0]] = File(rest)
      case ("mask", 4): masks[rest[0]] = File(rest)
      case ("weights", 4): weights = File(rest)
      default: return nil
      }
    }
  }

  private static func escaped(_ field: String) -> String {
    guard field.contains(where: { "\\\t\n\r\r\n".contains($0) }) else { return field }
    return field.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\t": "\\t"
      case "\n": "\\n"
      case "\r": "\\r"
      default: String(scalar)
      }
    }.joined()
  }

  private static func plain(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    var (plain, isEscaped) = ("", false)
    for scalar in field.unicodeScalars {
      switch (isEscaped, scalar) {
      case (false, "\\"):
        isEscaped = true
        continue
      case (true, "t"): plain += "\t"
      case (true, "n"): plain += "\n"
      case (true, "r"): plain += "\r"
      default: plain.unicodeScalars.append(scalar)
      }
      isEscaped = false
    }
    return plain
  }
}

extension DataManifest.File {
  fileprivate init(_ fields: [String]) {
    self.init(name: fields[1], hash: fields[2], stamp: FileStamp(parsing: fields[3]))
  }
}

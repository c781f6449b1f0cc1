import Datasets

extension DataManifest {
  /// The most changes that one line names.
  private static let limit = 3

  /// What differs from an earlier state of the data in the parts that `use` names, for one line; `nil` if
  /// nothing does.
  public func changes(since earlier: DataManifest, in use: DataUse) -> String? {
    var found: [String] = []
    if let change = classChange(since: earlier) { found.append(change) }
    for split in use.splits {
      if let change = listChange(split, since: earlier), !found.contains(change) { found.append(change) }
    }
    found += [labelChange(since: earlier, use)].compactMap { $0 }
    found += [fileChange("", earlier.images, images, use.images, since: earlier)].compactMap { $0 }
    found += [fileChange("mask ", earlier.masks, masks, use.masks, since: earlier)].compactMap { $0 }
    if use.weights, weights != earlier.weights {
      found.append("model.weights: \(weights.map { "another file (\($0.name))" } ?? "none")")
    }
    guard !found.isEmpty else { return nil }
    let rest = found.count - Self.limit
    return found.prefix(Self.limit).joined(separator: "; ") + (rest > 0 ? "; and \(rest) more changes" : "")
  }

  private func classChange(since earlier: DataManifest) -> String? {
    Self.listChange(earlier.classes, classes).map { "classes: \($0)" }
  }

  private func listChange(_ split: Split, since earlier: DataManifest) -> String? {
    guard let old = earlier.lists[split], let new = lists[split] else { return nil }
    return Self.listChange(old.ids, new.ids).map { "\(new.name): \($0)" }
  }

  /// What became of a list, in words; `nil` if it is the same.
  public static func listChange(_ old: [String], _ new: [String]) -> String? {
    guard old != new else { return nil }
    let (before, after) = (Set(old), Set(new))
    let added = new.filter { !before.contains($0) }
    let gone = old.filter { !after.contains($0) }
    let parts = [counted(added, "new"), counted(gone, "gone")].compactMap { $0 }
    return parts.isEmpty ? "in another order" : parts.joined(separator: ", ")
  }

  /// `"a" is new` or `3 are new, first "a"`.
  private static func counted(_ names: [String], _ what: String) -> String? {
    guard let first = names.first else { return nil }
    return names.count == 1 ? "\"\(first)\" is \(what)" : "\(names.count) are \(what), first \"\(first)\""
  }

  private func labelChange(since earlier: DataManifest, _ use: DataUse) -> String? {
    let ids = ids(of: use.labels, in: earlier)
    let changed = ids.filter { named($0) != earlier.named($0) }
    guard let first = changed.first else { return nil }
    func words(_ names: Set<String>?) -> String {
      names.map { $0.isEmpty ? "no class" : $0.sorted().joined(separator: " ") } ?? "unknown"
    }
    let rows = changed.count == 1 ? "1 row differs" : "\(changed.count) rows differ"
    return "\(labelSource): \(rows), first \(first) (was \(words(earlier.named(first))), "
      + "is \(words(named(first))))"
  }

  /// The class names of an image.
  private func named(_ id: String) -> Set<String>? {
    labels[id].map { Set($0.map { classes.indices.contains($0) ? classes[$0] : "\($0)" }) }
  }

  private func fileChange(
    _ kind: String, _ old: [String: File], _ new: [String: File], _ splits: Set<Split>,
    since earlier: DataManifest
  ) -> String? {
    let changed = ids(of: splits, in: earlier).filter { old[$0] != new[$0] }
    guard let first = changed.first, let file = new[first] ?? old[first] else { return nil }
    let what = new[first] == nil ? "gone" : old[first] == nil ? "new" : "changed since"
    let rest = changed.count - 1
    return "\(kind)\(file.name): \(what)" + (rest > 0 ? " (and \(rest) more)" : "")
  }

  /// The images that both states list in these splits, each once.
  private func ids(of splits: Set<Split>, in earlier: DataManifest) -> [String] {
    var seen: Set<String> = []
    return Split.allCases.filter { splits.contains($0) }.flatMap { split in
      let before = Set(earlier.identifiers(of: split))
      return identifiers(of: split).filter { before.contains($0) && seen.insert($0).inserted }
    }
  }
}

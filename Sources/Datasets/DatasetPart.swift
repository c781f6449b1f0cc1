import Autograd
import Configuration
import Files

/// The part of a data set of files that a job is about: some of its classes, some of its training images.
struct DatasetPart: Sendable {
  /// The names of the classes, in any order; all if there are none.
  let classes: [String]
  /// The most images to train on; 0 for all.
  let trainImages: Int
  /// What these are drawn from.
  let seed: UInt64

  /// Refuses a class that is named twice.
  static func check(classes: [String]) throws(ConfigurationError) {
    var seen: Set<String> = []
    if let name = classes.first(where: { !seen.insert($0).inserted }) {
      throw .invalid("only_classes", "names \"\(name)\" twice; name each class once")
    }
  }

  /// Takes the part out of the whole.
  ///
  /// - Throws: `DatasetError` for a name that is no class, and where no image is left in a list.
  func callAsFunction(_ whole: FileDataset) throws(DatasetError) -> FileDataset {
    try drawn(from: classes.isEmpty ? whole : whole.keeping(classes: indices(in: whole.classNames)))
  }

  /// The indices of the classes, in rising order.
  private func indices(in names: [String]) throws(DatasetError) -> [Int] {
    for name in classes where !names.contains(name) {
      let alike = names.first { ClassNames.folded($0) == ClassNames.folded(name) }
      throw .unknownOnlyClass(name: name, nearest: alike ?? nearest(to: name, among: names), known: names)
    }
    let wanted = Set(classes)
    return names.indices.filter { wanted.contains(names[$0]) }
  }

  /// Leaves all training images out but those that are drawn.
  ///
  /// Each image has a number of its own that the seed and its name decide, and those with the lowest are
  /// taken. So fewer images are some of more, and one that comes or goes changes one of the others at most.
  private func drawn(from dataset: FileDataset) throws(DatasetError) -> FileDataset {
    guard let all = dataset.lists[.train], trainImages > 0, trainImages < all.ids.count else {
      return dataset
    }
    let ranks = all.ids.map { id in
      var random = Philox(seed: seed, name: "train-images/" + id)
      return (number: random.next(), id: id)
    }
    let taken = ranks.sorted { ($0.number, $0.id) < ($1.number, $1.id) }.prefix(trainImages).map(\.id)
    let left = Set(all.ids).subtracting(taken)
    var lists = dataset.lists
    for split in [Split.train, .seeds] { lists[split] = lists[split]?.filter { !left.contains($0) } }
    if let seeds = lists[.seeds], seeds.ids.isEmpty {
      throw .noneDrawn(list: all.name, count: trainImages, judged: seeds.name)
    }
    return dataset.with(
      lists: lists,
      note: "\(all.name): \(trainImages) of \(all.ids.count) images are trained on, drawn from the seed "
        + "\(seed); the others are left out")
  }
}

extension FileDataset {
  /// The data set of some of its classes, by index; images that show others or none are in no list.
  fileprivate func keeping(classes indices: [Int]) throws(DatasetError) -> FileDataset {
    let places = Dictionary(uniqueKeysWithValues: zip(indices, 0...))
    let shown = table.labels.compactMapValues { labels -> [Int]? in
      let kept = labels.compactMap { places[$0] }
      return kept.isEmpty || kept.count < labels.count ? nil : kept
    }
    let names = indices.map { classNames[$0] }
    var notes = [
      "only_classes: \(names.count) of \(classNames.count) classes (\(listing(names)))"
        + (masks == nil ? "" : "; what masks show of other classes is ignored")
    ]
    var kept: [Split: List] = [:]
    for split in Split.allCases {
      guard let list = lists[split] else { continue }
      // What has no labels at all is refused by the census.
      let rest = list.filter { shown[$0] != nil || table.labels[$0] == nil }
      let without = list.ids.count { table.labels[$0]?.isEmpty == true }
      let others = list.ids.count - rest.ids.count - without
      guard !rest.ids.isEmpty else { throw .noneOfClasses(list: list.name, images: list.ids.count) }
      let note =
        "\(list.name): \(others) of \(list.ids.count) images show other classes and are left out"
        + (without > 0 ? ", as well as \(without) without a class" : "")
      if !notes.contains(note) { notes.append(note) }
      kept[split] = rest
    }
    return FileDataset(
      table: LabelTable(
        classNames: names, labels: shown, source: table.source, notes: table.notes + notes,
        warnings: table.warnings),
      lists: kept, images: images, masks: masks?.keeping(classes: indices, of: classNames.count),
      remarks: remarks)
  }

  /// The same with other lists, and a line about them.
  fileprivate func with(lists: [Split: List], note: String) -> FileDataset {
    var table = table
    table.notes.append(note)
    return FileDataset(table: table, lists: lists, images: images, masks: masks, remarks: remarks)
  }
}

extension FileDataset.List {
  /// The images of the list that meet a condition.
  fileprivate func filter(_ isIncluded: (String) -> Bool) -> FileDataset.List {
    FileDataset.List(name: name, ids: ids.filter(isIncluded))
  }
}

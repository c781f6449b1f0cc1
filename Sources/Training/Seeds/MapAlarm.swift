import Datasets
import Files
import Reporting
import WeakSupervision

/// Looks for maps that stand beside their objects, without true masks: the classifier still sees a class
/// where the half of the picture that its map shows is removed, and no more where only that half is left.
///
/// Both halves are of one size, so that a map without any meaning comes out even.
struct MapAlarm {
  /// What is left of the scores of a class, over the images in which the classifier sees it.
  struct Figures: Equatable {
    var images = 0
    var kept = 0.0
    var removed = 0.0

    /// Whether the class is seen better where its map is lowest.
    var isInverted: Bool { images >= MapAlarm.fewest && removed > kept }
  }

  /// A class that the classifier sees in fewer images is measured, but no reason for a warning.
  static let fewest = 3
  /// One of so many images is looked at, which keeps the cost below a thirtieth of that of the maps.
  private static let every = 5

  private static var evidence: MapEvidence {
    var evidence = MapEvidence()
    evidence.areas = [0.5]
    evidence.side = 160
    return evidence
  }

  /// The figures of each class in the stored maps of every fifth image.
  ///
  /// - Throws: what reading images and maps throws, `RunError.interrupted`.
  static func figures(
    _ ids: [String], of classifier: any Classifier, _ context: RunContext
  ) throws -> [Int: Figures] {
    var sums: [Int: Figures] = [:]
    for index in stride(from: 0, to: ids.count, by: every) {
      try context.checkInterrupt()
      let maps = try ClassMaps(contentsOf: context.directory.classMaps(of: ids[index]))
      for item in evidence(try context.dataset.image(of: ids[index]), maps, of: classifier) {
        sums[item.classIndex, default: Figures()].images += 1
        sums[item.classIndex, default: Figures()].kept += Double(item.kept[0])
        sums[item.classIndex, default: Figures()].removed += Double(item.removed[0])
      }
    }
    return sums.mapValues { sum in
      let count = Double(sum.images)
      return Figures(images: sum.images, kept: sum.kept / count, removed: sum.removed / count)
    }
  }

  /// The figures by the names of the classes.
  static func json(_ figures: [Int: Figures], names: [String]) -> JSON {
    .object(
      figures.keys.sorted().map { index in
        let item = figures[index] ?? Figures()
        return JSON.Member(
          names[index],
          ["images": JSON(item.images), "kept": JSON(item.kept), "removed": JSON(item.removed)])
      })
  }

  /// One line about the classes whose maps are inverted; `nil` without any.
  ///
  /// `others` are the names of further networks whose maps could become seeds.
  static func warning(_ figures: [Int: Figures], names: [String], others: [String]) -> String? {
    let inverted = figures.filter(\.value.isInverted).sorted { $0.key < $1.key }
    guard !inverted.isEmpty else { return nil }
    let list = inverted.map { item in
      let (kept, removed) = (Formatting.fixed(item.value.kept, 2), Formatting.fixed(item.value.removed, 2))
      return "\(names[item.key]) (\(kept), \(removed))"
    }
    let remedy =
      others.isEmpty
      ? "train with another backbone or pooling"
      : "set seeds.maps to \(others.joined(separator: " or ")), or train with another backbone or pooling"
    return "maps stand beside their objects: the share of a class's score that is left with the half of the "
      + "picture that its map shows, and without it, is for \(list.joined(separator: ", ")); look at "
      + "seeds/pictures/maps.png, and \(remedy)"
  }

  /// Measures the stored maps, records the figures of each class, and warns of inverted ones.
  ///
  /// - Throws: as `figures`, `RunError.cannotWrite`.
  static func check(
    _ ids: [String], of classifier: any Classifier, others: [String], _ context: RunContext
  ) throws {
    let figures = try figures(ids, of: classifier, context)
    let names = context.dataset.classNames
    try context.record([("seeds.evidence", json(figures, names: names))])
    if let text = warning(figures, names: names, others: others) { context.reporter(.warning(text)) }
  }
}

public import Imaging

/// A data set whose lists are those of an earlier time: pictures that have come since are in none of them.
public struct KeptSplits: Dataset {
  private let dataset: any Dataset
  private let lists: [Split: [String]]

  /// `dataset` with these lists in place of its own.
  public init(_ dataset: any Dataset, lists: [Split: [String]]) {
    self.dataset = dataset
    self.lists = lists
  }

  /// The images of `lists` that a data set does not have, in rising order.
  ///
  /// - Throws: `DatasetError` if one of its lists cannot be read.
  public static func missing(
    from dataset: any Dataset, _ lists: [Split: [String]]
  ) throws(DatasetError) -> [String] {
    var known: Set<String> = []
    for split in Split.allCases { known.formUnion(try dataset.identifiers(of: split)) }
    return Set(lists.values.joined()).subtracting(known).sorted()
  }

  public var classNames: [String] { dataset.classNames }
  public var labelSource: String { dataset.labelSource }
  public var notes: [String] { dataset.notes }
  public var warnings: [String] { dataset.warnings }
  public var readsFiles: Bool { dataset.readsFiles }

  public func name(of split: Split) -> String { dataset.name(of: split) }

  public func identifiers(of split: Split) throws(DatasetError) -> [String] {
    if let list = lists[split] { return list }
    return try dataset.identifiers(of: split)
  }

  /// The images of the data set that are in no list of a split, in rising order.
  ///
  /// - Throws: `DatasetError` if a list cannot be read.
  public func leftOut() throws(DatasetError) -> [String] {
    var (known, listed): (Set<String>, Set<String>) = ([], [])
    for split in Split.allCases {
      known.formUnion(try dataset.identifiers(of: split))
      listed.formUnion(try identifiers(of: split))
    }
    return known.subtracting(listed).sorted()
  }

  public func labels(of id: String) throws(DatasetError) -> [Int] { try dataset.labels(of: id) }

  public func image(of id: String) throws(DatasetError) -> Image { try dataset.image(of: id) }

  public func mask(of id: String) throws(DatasetError) -> LabelMap? { try dataset.mask(of: id) }

  public func sample(_ id: String, wantsMask: Bool) throws(DatasetError) -> Sample {
    try dataset.sample(id, wantsMask: wantsMask)
  }

  public func hasMask(_ id: String) -> Bool { dataset.hasMask(id) }

  public func missingFiles(of id: String) -> [String] { dataset.missingFiles(of: id) }

  public func files(of id: String) -> (image: String?, mask: String?) { dataset.files(of: id) }
}

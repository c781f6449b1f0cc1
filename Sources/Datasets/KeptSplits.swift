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
    // An image that was drawn may be there and in none of the lists that are drawn now.
    return Set(lists.values.joined()).subtracting(known).sorted().filter { id in
      (try? dataset.labels(of: id)) == nil || !dataset.missingFiles(of: id, wantsMask: false).isEmpty
    }
  }

  public var classNames: [String] { dataset.classNames }
  public var labelSource: String { dataset.labelSource }
  public var notes: [String] { dataset.notes }
  public var warnings: [String] { dataset.warnings }
  public var isOfFiles: Bool { dataset.isOfFiles }

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

  public func orientation(of id: String) -> Orientation { dataset.orientation(of: id) }

  public func missingFiles(of id: String, wantsMask: Bool) -> [String] {
    dataset.missingFiles(of: id, wantsMask: wantsMask)
  }

  public func files(of id: String) -> (image: String?, mask: String?) { dataset.files(of: id) }
}

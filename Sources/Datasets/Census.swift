import Imaging

/// What a data set holds, counted before the first training step.
public struct Census: Sendable {
  /// The counts of one split.
  public struct SplitCount: Sendable, Equatable {
    /// The role of the split.
    public let split: Split
    /// The data set's name of the list.
    public let name: String
    /// The number of images.
    public let images: Int
    /// The number of images with each foreground class.
    public let imagesPerClass: [Int]
    /// The number of images without any class.
    public let unlabeled: Int
    /// The number of masks that were read.
    public let masksRead: Int
  }

  /// What deserves attention but does not prevent a run.
  public enum Warning: Sendable, Equatable {
    case unlabeledImages(split: String, count: Int, first: String)
    case absentClass(split: String, name: String)
    case classOnlyInMask(id: String, name: String)
    case noMasks(split: String)
  }

  /// The counts of each split.
  public private(set) var splits: [SplitCount] = []
  /// What must be mended before a run, one for each problem; the first image with it is named.
  public private(set) var errors: [DatasetError] = []
  /// What deserves attention.
  public private(set) var warnings: [Warning] = []

  /// Counts images, classes and missing files, and reads some masks.
  ///
  /// - Parameters:
  ///   - dataset: the data set to look at.
  ///   - masked: the splits whose masks will be used; no mask of another split is opened.
  ///   - maskLimit: the most masks that are read in each split, with their images, spread evenly over it;
  ///     `nil` for all.
  public init(of dataset: any Dataset, masked: Set<Split> = [.seeds, .val], maskLimit: Int? = 100) {
    guard dataset.classNames.count <= 254 else {
      add(.tooManyClasses(count: dataset.classNames.count))
      return
    }
    var lists: [Split: [String]] = [:]
    for split in Split.allCases {
      do {
        let ids = try dataset.identifiers(of: split)
        lists[split] = ids
        count(ids, split, of: dataset, wantsMasks: masked.contains(split), maskLimit: maskLimit)
      } catch {
        add(error)
      }
    }
    let held = Set(lists[.val] ?? [])
    if let shared = lists[.train]?.first(where: { held.contains($0) }) {
      add(
        .overlappingSplits(
          id: shared, first: dataset.name(of: .train), second: dataset.name(of: .val)))
    }
  }

  /// Notes an error once: two roles may share one list.
  private mutating func add(_ error: DatasetError) {
    if !errors.contains(error) { errors.append(error) }
  }

  private mutating func add(_ warning: Warning) {
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  private mutating func count(
    _ ids: [String], _ split: Split, of dataset: any Dataset, wantsMasks: Bool, maskLimit: Int?
  ) {
    let name = dataset.name(of: split)
    var perClass = [Int](repeating: 0, count: dataset.classNames.count)
    var unlabeled: [String] = []
    var missing: [String] = []
    for id in ids {
      missing += dataset.missingFiles(of: id, wantsMask: wantsMasks)
      do {
        let labels = try dataset.labels(of: id)
        if labels.isEmpty { unlabeled.append(id) }
        for label in labels { perClass[label] += 1 }
      } catch {
        add(error)
      }
    }
    if let first = missing.first {
      add(.missingFiles(split: name, count: missing.count, first: first))
    }
    if let first = unlabeled.first {
      add(.unlabeledImages(split: name, count: unlabeled.count, first: first))
    }
    for (index, count) in perClass.enumerated() where count == 0 {
      add(.absentClass(split: name, name: dataset.classNames[index]))
    }
    let read =
      wantsMasks && missing.isEmpty ? checkMasks(ids, name, of: dataset, limit: maskLimit ?? ids.count) : 0
    splits.append(
      SplitCount(
        split: split, name: name, images: ids.count, imagesPerClass: perClass, unlabeled: unlabeled.count,
        masksRead: read))
  }

  /// Reads masks spread over a split, up to the first that is wrong, and returns their number.
  private mutating func checkMasks(_ ids: [String], _ name: String, of dataset: any Dataset, limit: Int)
    -> Int
  {
    let step = max(1, (ids.count + max(limit, 1) - 1) / max(limit, 1))
    var read = 0
    for index in stride(from: 0, to: ids.count, by: step) {
      do {
        let sample = try dataset.sample(ids[index], wantsMask: true)
        guard let mask = sample.mask else {
          add(.noMasks(split: name))
          return read
        }
        read += 1
        let counts = mask.histogram
        let labels = Set(sample.labels)
        let extra = dataset.classNames.indices.first { counts[$0 + 1] > 0 && !labels.contains($0) }
        if let extra {
          add(.classOnlyInMask(id: ids[index], name: dataset.classNames[extra]))
        }
      } catch {
        add(error)
        return read
      }
    }
    return read
  }
}

extension Census.Warning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unlabeledImages(let split, let count, let first):
      "\(first): the first of \(count) images of \(split) without a class; they teach background only"
    case .absentClass(let split, let name):
      "\(split): no image shows the class \"\(name)\"; its figures will be empty"
    case .classOnlyInMask(let id, let name):
      "\(id): the mask shows \"\(name)\", which is not among the image's labels; check the labels"
    case .noMasks(let split):
      "\(split): the data set has no masks, so nothing can be measured on it; set masks to their folder"
    }
  }
}

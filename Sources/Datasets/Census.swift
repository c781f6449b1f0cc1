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
    /// The number of pictures that were opened.
    public let picturesRead: Int
    /// The number of masks that were read.
    public let masksRead: Int
  }

  /// What deserves attention but does not prevent a run.
  public enum Warning: Sendable, Equatable {
    case unlabeledImages(split: String, count: Int, first: String)
    case absentClasses(split: String, names: [String])
    case classOnlyInMask(id: String, name: String)
    case classOnlyInLabels(split: String, names: [String], images: Int, ignored: Int)
    case noMasks(split: String)
    case someMasks(split: String, masks: Int, images: Int, first: String)
    case data(String)
  }

  /// The counts of each split.
  public private(set) var splits: [SplitCount] = []
  /// What must be mended before a run, one for each problem; the first image with it is named.
  public private(set) var errors: [DatasetError] = []
  /// What deserves attention.
  public private(set) var warnings: [Warning] = []
  /// How labels were read, and the classes with the number of images that show them.
  public private(set) var notes: [String]

  /// Counts images, classes and missing files, and opens pictures and masks.
  ///
  /// Held-out images are all opened, with their masks, so that no damaged file is met when a training is
  /// over; of the others a part, spread evenly over the list.
  ///
  /// - Parameters:
  ///   - dataset: the data set to look at.
  ///   - masked: the splits whose masks will be used; no mask of another split is opened.
  ///   - needed: the splits all of whose images must have a mask.
  ///   - limit: the most images of a split that are opened where it is not held out; `nil` for all.
  public init(
    of dataset: any Dataset, masked: Set<Split> = [.seeds, .val], needed: Set<Split> = [], limit: Int? = 2000
  ) {
    let start = ContinuousClock.now
    notes = dataset.notes
    warnings = dataset.warnings.map(Warning.data)
    guard dataset.classNames.count <= 254 else {
      add(.tooManyClasses(count: dataset.classNames.count))
      return
    }
    var lists: [Split: [String]] = [:]
    for split in Split.allCases {
      do {
        let ids = try dataset.identifiers(of: split)
        lists[split] = ids
        let opened = split == .val ? nil : limit
        count(ids, split, of: dataset, wantsMasks: masked.contains(split), opened)
        if needed.contains(split) { requireMasks(ids, of: dataset, dataset.name(of: split)) }
      } catch {
        add(error)
      }
    }
    notes.append(classes(of: dataset.classNames))
    let (pictures, masks) = (splits.map(\.picturesRead).reduce(0, +), splits.map(\.masksRead).reduce(0, +))
    let seconds = start.duration(to: .now) / .seconds(1)
    if dataset.readsFiles {
      notes.append(
        "\(pictures) pictures and \(masks) masks were opened in \((10 * seconds).rounded() / 10) s")
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
    _ ids: [String], _ split: Split, of dataset: any Dataset, wantsMasks: Bool, _ limit: Int?
  ) {
    let name = dataset.name(of: split)
    var perClass = [Int](repeating: 0, count: dataset.classNames.count)
    var unlabeled: [String] = []
    var missing: [String] = []
    for id in ids {
      missing += dataset.missingFiles(of: id)
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
    let absent = perClass.indices.filter { perClass[$0] == 0 }.map { dataset.classNames[$0] }
    if !absent.isEmpty { add(.absentClasses(split: name, names: absent)) }
    let check = missing.isEmpty ? look(ids, split, of: dataset, wantsMasks: wantsMasks, limit) : nil
    splits.append(
      SplitCount(
        split: split, name: name, images: ids.count, imagesPerClass: perClass, unlabeled: unlabeled.count,
        picturesRead: check?.pictures ?? 0, masksRead: check?.masks ?? 0))
  }

  /// Opens images of a split and judges what is in them.
  private mutating func look(
    _ ids: [String], _ split: Split, of dataset: any Dataset, wantsMasks: Bool, _ limit: Int?
  ) -> PictureCheck? {
    // What is drawn cannot be damaged, and the pictures of a split that was opened already are the same.
    let name = dataset.name(of: split)
    let isKnown = splits.contains { $0.name == name }
    guard wantsMasks || dataset.readsFiles && !isKnown else { return nil }
    let step = limit.map { max(1, (ids.count + max($0, 1) - 1) / max($0, 1)) } ?? 1
    let chosen = stride(from: 0, to: ids.count, by: step).map { ids[$0] }
    let check = PictureCheck(chosen, of: dataset, wantsMasks: wantsMasks)
    if let first = check.errors.first {
      add(
        check.errors.count == 1
          ? first : .unusableFiles(split: name, count: check.errors.count, first: "\(first)"))
    }
    if wantsMasks { judge(check, name, dataset.classNames) }
    return check
  }

  /// Judges whether masks show what labels name.
  private mutating func judge(_ check: PictureCheck, _ name: String, _ classes: [String]) {
    guard check.masks > 0 else {
      if check.errors.isEmpty { add(.noMasks(split: name)) }
      return
    }
    if let first = check.unmasked.first {
      let images = check.masks + check.unmasked.count
      add(.someMasks(split: name, masks: check.masks, images: images, first: first))
    }
    if let extra = check.extra { add(.classOnlyInMask(id: extra.id, name: classes[extra.index])) }
    let unseen = check.unseen
    if check.pixels[255] == check.pixels.reduce(0, +) {
      add(.onlyIgnored(split: name, masks: check.masks))
    } else if let first = unseen.first, check.pixels[255] > 0, check.pixels[1..<255].allSatisfy({ $0 == 0 }) {
      add(.noClassInMasks(split: name, masks: check.masks, name: classes[first]))
    } else if !unseen.isEmpty {
      add(
        .classOnlyInLabels(
          split: name, names: unseen.map { classes[$0] }, images: check.named[unseen[0]],
          ignored: Int((100 * check.ignoredShare).rounded())))
    }
  }

  /// Notes that images are without a mask where each needs one.
  private mutating func requireMasks(_ ids: [String], of dataset: any Dataset, _ name: String) {
    let missing = ids.filter { !dataset.hasMask($0) }
    guard let first = missing.first else { return }
    guard missing.count < ids.count else { return add(.noMasks(id: first)) }
    add(.missingMasks(split: name, count: missing.count, images: ids.count, first: first))
  }

  /// The classes, each with its number of images to train on and held out.
  private func classes(of names: [String]) -> String {
    func count(_ split: Split, _ index: Int) -> Int {
      splits.first { $0.split == split }?.imagesPerClass[index] ?? 0
    }
    let present = names.indices.filter { count(.train, $0) + count(.val, $0) > 0 }
    let shown = present.prefix(30).map { index in
      "\(names[index]) \(count(.train, index)) + \(count(.val, index))"
    }
    let more = present.count > shown.count ? ", and \(present.count - shown.count) more" : ""
    return "\(names.count) class\(names.count == 1 ? "" : "es"), with images to train on + held out: "
      + shown.joined(separator: ", ") + more
  }
}

extension Census.Warning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unlabeledImages(let split, let count, let first):
      "\(first): the first of \(count) images of \(split) without a class; they teach background only"
    case .absentClasses(let split, let names):
      names.count == 1
        ? "\(split): no image shows the class \"\(names[0])\"; its figures will be empty"
        : "\(split): no image shows \(names.count) of the classes (\(listing(names))); their figures will "
          + "be empty"
    case .classOnlyInMask(let id, let name):
      "\(id): the mask shows \"\(name)\", which is not among the image's labels; check the labels"
    case .classOnlyInLabels(let split, let names, let images, let ignored):
      "\(split): no mask shows \(listing(names)), which labels of \(images) images with masks name; check "
        + "the ids in "
        + "masks" + (ignored == 0 ? "" : " (\(ignored) % of their pixels are 255, ignore)")
    case .someMasks(let split, let masks, let images, let first):
      "\(split): \(masks) of \(images) images have a mask and are measured on; the first without is "
        + "\"\(first)\""
    case .data(let text): text
    case .noMasks(let split):
      "\(split): the data set has no masks, so nothing can be measured on it; set masks to their folder"
    }
  }
}

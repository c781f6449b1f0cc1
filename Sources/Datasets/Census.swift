import Autograd
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
    case absentClasses(split: String, names: [String])
    case classOnlyInMask(id: String, name: String)
    case data(String)
    case noMasks(split: String)
    case someMasks(split: String, missing: Int, read: Int, first: String)
    case classInNoMask(split: String, name: String, images: Int, hasIgnored: Bool)
    case backgroundOnly(split: String)
    case turnedImages(split: String, count: Int, first: String)
    case notOpened(split: String, opened: Int, total: Int)
  }

  /// The counts of each split.
  public private(set) var splits: [SplitCount] = []
  /// What must be mended before a run, one for each problem; the first image with it is named.
  public private(set) var errors: [DatasetError] = []
  /// What deserves attention.
  public private(set) var warnings: [Warning] = []
  /// How labels were read, and the classes with the number of images that show them.
  public private(set) var notes: [String]

  /// Counts images, classes and missing files, and opens pictures and masks, so that no bad file costs a
  /// training.
  ///
  /// Of a data set of files every held-out picture and mask is decoded, and those of other splits up to
  /// `imageLimit`; of a data set that is drawn, some masks.
  ///
  /// - Parameters:
  ///   - dataset: the data set to look at.
  ///   - masked: the splits whose masks will be used; no mask of another split is opened. All images of
  ///     `train` need a mask if it is among them, while the others are judged on the masks that there are.
  ///   - maskLimit: the most masks of a data set that is drawn that are read in each split, spread evenly
  ///     over it; `nil` for all.
  ///   - imageLimit: the most images of files that are opened in each split that is not held out.
  ///   - progress: is told after each thousand images how many of how many were opened.
  public init(
    of dataset: any Dataset, masked: Set<Split> = [.seeds, .val], maskLimit: Int? = 100,
    imageLimit: Int = 20_000, progress: (_ opened: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    notes = dataset.notes
    warnings = dataset.warnings.map(Warning.data)
    guard dataset.classNames.count <= 254 else {
      add(.tooManyClasses(count: dataset.classNames.count))
      return
    }
    var lists: [Split: [String]] = [:]
    for split in Split.allCases {
      do { lists[split] = try dataset.identifiers(of: split) } catch { add(error) }
    }
    let opening = CensusOpening(
      dataset, lists, masked: masked, maskLimit: maskLimit, imageLimit: imageLimit, progress: progress)
    for split in Split.allCases {
      guard let ids = lists[split] else { continue }
      count(ids, split, of: dataset, wantsMasks: masked.contains(split), opening)
    }
    notes.append(classes(of: dataset.classNames))
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
    _ ids: [String], _ split: Split, of dataset: any Dataset, wantsMasks: Bool, _ opening: CensusOpening
  ) {
    let name = dataset.name(of: split)
    var perClass = [Int](repeating: 0, count: dataset.classNames.count)
    var unlabeled: [String] = []
    var missing: [String] = []
    for id in ids {
      missing += dataset.missingFiles(of: id, wantsMask: wantsMasks && split == .train)
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
    let read = judge(ids, name, of: dataset, wantsMasks: wantsMasks, opening)
    splits.append(
      SplitCount(
        split: split, name: name, images: ids.count, imagesPerClass: perClass, unlabeled: unlabeled.count,
        masksRead: read))
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

  /// Says what was found in the files of a split, and returns the number of masks that were read.
  private mutating func judge(
    _ ids: [String], _ name: String, of dataset: any Dataset, wantsMasks: Bool, _ opening: CensusOpening
  ) -> Int {
    let opened = ids.compactMap { id in opening.results[id].map { (id, $0) } }
    let bad = opened.compactMap(\.1.error)
    for error in bad.prefix(3) { add(error) }
    if bad.count > 3 { add(.badFiles(split: name, count: bad.count, total: ids.count)) }
    if dataset.isOfFiles, opened.count < ids.count, opening.isLimited(ids) {
      add(.notOpened(split: name, opened: opened.count, total: ids.count))
    }
    guard wantsMasks else { return 0 }
    let masks = opened.compactMap { id, result in result.counts.map { (id: id, counts: $0) } }
    let without = ids.filter { opening.lacksMask($0) }
    if masks.isEmpty, bad.isEmpty {
      if !opened.isEmpty { add(.noMasks(split: name)) }
    } else if let first = without.first, !masks.isEmpty {
      let path = dataset.missingFiles(of: first, wantsMask: true).first ?? first
      add(.someMasks(split: name, missing: without.count, read: masks.count, first: path))
    }
    let turned = opened.filter { $0.1.isTurnedInPlace }
    if let first = turned.first?.0 { add(.turnedImages(split: name, count: turned.count, first: first)) }
    judgeClasses(masks, name, of: dataset)
    return masks.count
  }

  /// Compares what the masks show with what the labels say.
  private mutating func judgeClasses(
    _ masks: [(id: String, counts: [Int])], _ name: String, of dataset: any Dataset
  ) {
    guard !masks.isEmpty else { return }
    var shown = [Int](repeating: 0, count: 256)
    var labeled = [Int](repeating: 0, count: dataset.classNames.count)
    for (id, counts) in masks {
      for index in shown.indices { shown[index] += counts[index] }
      guard let labels = try? dataset.labels(of: id) else { continue }
      for label in labels { labeled[label] += 1 }
      let extra = dataset.classNames.indices.first { counts[$0 + 1] > 0 && !labels.contains($0) }
      if let extra { add(.classOnlyInMask(id: id, name: dataset.classNames[extra])) }
    }
    let hasIgnored = shown[255] > 0
    guard shown.dropLast().contains(where: { $0 > 0 }) else { return add(.onlyIgnored(split: name)) }
    guard shown[1..<255].contains(where: { $0 > 0 }) else {
      if hasIgnored { return add(.noClassInMasks(split: name, count: masks.count)) }
      return add(.backgroundOnly(split: name))
    }
    for (index, images) in labeled.enumerated() where images > 0 && shown[index + 1] == 0 {
      add(
        .classInNoMask(
          split: name, name: dataset.classNames[index], images: images, hasIgnored: hasIgnored))
    }
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
    case .data(let text): text
    case .classOnlyInMask(let id, let name):
      "\(id): the mask shows \"\(name)\", which is not among the image's labels; check the labels"
    case .noMasks(let split):
      "\(split): the data set has no masks, so nothing can be measured on it; set masks to their folder"
    case .someMasks(let split, let missing, let read, let first):
      """
      \(first): the first of \(missing) masks of \(split) that are missing; it is judged on the \(read) \
      images that have one
      """
    case .classInNoMask(let split, let name, let images, let hasIgnored):
      "\(split): \(images) images with a mask are labelled \"\(name)\", but no mask shows it; "
        + (hasIgnored ? "if 255 stands for it, say so with id_map; else check the masks" : "check the masks")
    case .backgroundOnly(let split):
      "\(split): no mask shows a class, so figures are those of the background alone; check the masks"
    case .turnedImages(let split, let count, let first):
      """
      \(first): the first of \(count) images of \(split) that are turned as their EXIF data say; make sure \
      that their masks are turned as well
      """
    case .notOpened(let split, let opened, let total):
      "\(split): \(opened) of \(total) images were opened to look for damage, spread evenly over the list"
    }
  }
}

import Autograd
public import Configuration
import Files
import Foundation

/// A folder of images with a file of labels, with or without masks: the way to bring one's own data.
public struct Folder: DatasetOptions {
  public static let name = "folder"

  @Setting("the folder that the other paths start from") public var root = "Data/MyImages"
  @Setting("folder of the pictures (JPEG or PNG)") public var images = "images"
  @Setting("file of the labels (text, CSV or npy), masks, or folders: one of pictures for each class")
  public var labels = "labels.csv"
  @Setting("folder of the masks (PNG of the same names), none, or auto (\"masks\" if it is there)")
  public var masks = "auto"
  @Setting(
    "ids in the masks that are neither learned nor judged, beside 255, as in [0]",
    .each(.within(0...255), mayBeEmpty: true))
  public var ignoreId: [Int] = []
  @Setting("class ids of mask ids that mean another one, as in {255: 1} for masks of 0 and 255", MaskIDs.rule)
  public var idMap: [String: Int] = [:]
  @Setting("class list, or auto (classes.txt if it is there, else the classes of the labels)")
  public var classes = "auto"
  @Setting(
    "names of the classes that the job is about; images that show others or none are left out; [] for all")
  public var onlyClasses: [String] = []
  @Setting("most images to train on, drawn from the seed; the others are left out; 0 for all", 0...1_000_000)
  public var trainImages = 0
  @Setting("list of the images that are trained on, or auto (all labelled images that are not held out)")
  public var train = "auto"
  @Setting("list of the images that seeds are judged on, or auto (those that are trained on)")
  public var seeds = "auto"
  @Setting("list of the held-out images, or auto (val_fraction of all, drawn from the seed)")
  public var val = "auto"
  @Setting("share of the images that is held out when val is auto, between 0 and 1")
  public var valFraction = 0.2
  @Setting("what the held-out images and train_images are drawn from") public var seed: UInt64 = 0

  public init() {}

  public var withoutPlace: Folder {
    var options = self
    options.root = ""
    return options
  }

  public var drawnSplits: Set<Split> {
    Set([(Split.train, train), (.seeds, seeds), (.val, val)].filter { $0.1 == "auto" }.map(\.0))
  }

  public func validate() throws(ConfigurationError) {
    try MaskIDs.check(map: idMap, ignored: ignoreId)
    try DatasetPart.check(classes: onlyClasses)
    guard val != "auto" || (0.001...0.999).contains(valFraction) else {
      throw .invalid("val_fraction", "is \(valFraction); it lies between 0 and 1")
    }
  }

  public func open() throws(DatasetError) -> any Dataset {
    requireValid()
    guard isFolder(root) else { throw .missingRoot(path: root, source: nil) }
    let imageFolder = path(images, in: root)
    guard isFolder(imageFolder) else {
      throw .missingFolder(path: imageFolder, what: "images", key: "images")
    }
    try requireLabelFile()
    let classFolders = try classFolders(in: imageFolder)
    let pictures: PictureIndex
    if let classFolders { pictures = classFolders.pictures } else { pictures = try PictureIndex(imageFolder) }
    guard !pictures.paths.isEmpty else { throw .noPictures(folder: imageFolder, folders: pictures.folders) }
    let masks = try maskFiles()
    var table: LabelTable
    if let classFolders {
      table = try classFolders.table(classes: listedClasses())
    } else {
      table = try labelTable(masks: masks, pictures)
    }
    table.notes += try listedComments()
    let matched = pictures.paths.keys.filter { table.labels[$0] != nil }.sorted()
    let remarks = try remarks(table, pictures, matched: matched)
    let lists = try splits(candidates: matched, pictures)
    try table.requireLastingNames()
    let dataset = FileDataset(table: table, lists: lists, images: pictures, masks: masks, remarks: remarks)
    try dataset.requireUsefulMasks()
    return try DatasetPart(classes: onlyClasses, trainImages: trainImages, seed: seed)(dataset)
  }

  /// The names of label files that configurations bring along; another one that is missing was meant.
  private static let usualLabels: Set<String> = ["labels.csv", "labels.txt"]

  /// The pictures of class folders: asked for, or all there is.
  private func classFolders(in folder: String) throws(DatasetError) -> ClassFolders? {
    let masks = (["masks"] + (["auto", "none"].contains(self.masks) ? [] : [self.masks])).map {
      path($0, in: root)
    }
    if labels == "folders" { return try ClassFolders(folder, masks: masks) }
    guard Self.usualLabels.contains(labels), !FileManager.default.fileExists(atPath: path(labels, in: root))
    else {
      return nil
    }
    let index = try PictureIndex(folder)
    guard index.paths.isEmpty, !index.folders.isEmpty else { return nil }
    return try ClassFolders(folder, masks: masks)
  }

  /// Refuses a label file that is named and missing, before something else is taken for labels.
  private func requireLabelFile() throws(DatasetError) {
    guard !["folders", "masks"].contains(labels), !Self.usualLabels.contains(labels) else { return }
    let file = path(labels, in: root)
    guard FileManager.default.fileExists(atPath: file) else { throw .missingLabels(path: file) }
  }

  private func maskFiles() throws(DatasetError) -> MaskFiles? {
    if masks == "none" { return nil }
    let folder = path(masks == "auto" ? "masks" : masks, in: root)
    if isFolder(folder) { return try MaskFiles(folder, MaskIDs(map: idMap, ignored: ignoreId)) }
    guard masks == "auto" else { throw .missingFolder(path: folder, what: "masks", key: "masks") }
    return nil
  }

  /// The classes of the class list, or `nil` if there is none and none is needed.
  private func listedClasses() throws(DatasetError) -> [String]? {
    let classFile = path(classes == "auto" ? "classes.txt" : classes, in: root)
    let hasClasses = FileManager.default.fileExists(atPath: classFile)
    let isNeeded = classes != "auto" || labels == "masks" || labels.hasSuffix(".npy")
    guard hasClasses || !isNeeded else { throw .missingClasses(path: classFile) }
    return hasClasses ? try LabelTable.classes(of: classFile) : nil
  }

  /// Says which lines of the class list are left out as comments although they may be names.
  private func listedComments() throws(DatasetError) -> [String] {
    let file = path(classes == "auto" ? "classes.txt" : classes, in: root)
    guard FileManager.default.fileExists(atPath: file) else { return [] }
    return try LabelTable.comments(of: file)
  }

  private func labelTable(masks: MaskFiles?, _ pictures: PictureIndex) throws(DatasetError) -> LabelTable {
    let names = try listedClasses()
    if labels == "masks" {
      guard let masks, let names else {
        throw .noLabelSource(root: root, tried: ["masks, which are none"])
      }
      return try LabelTable(
        masksOf: pictures.paths.keys.filter(masks.has).sorted(), in: masks, classes: names)
    }
    let (file, known) = (path(labels, in: root), Set(pictures.paths.keys))
    guard FileManager.default.fileExists(atPath: file) else { throw .missingLabels(path: file) }
    if let names { return try LabelTable(file: file, classes: names, pictures: known) }
    return try LabelReader(path: file, classes: nil, pictures: known).table()
  }

  /// What of labels and pictures has no counterpart.
  ///
  /// - Throws: `DatasetError.noRowMatches` if nothing has one.
  private func remarks(
    _ table: LabelTable, _ pictures: PictureIndex, matched: [String]
  ) throws(DatasetError) -> [String] {
    let rows = table.labels.keys.filter { pictures.paths[$0] == nil }.sorted()
    let unlabeled = pictures.paths.keys.filter { table.labels[$0] == nil }.sorted()
    let hint = rows.first.flatMap { Self.hint($0, among: unlabeled) }
    guard !matched.isEmpty else {
      throw .noRowMatches(
        path: table.source, rows: rows.count, row: rows.first ?? "", picture: unlabeled.first ?? "",
        hint: hint
          ?? (table.source.lowercased().hasSuffix(".npy") ? "take the names of the pictures as keys" : nil))
    }
    var remarks = absentClasses(table, rows: rows, matched: matched)
    if !rows.isEmpty {
      remarks.append(
        "\(table.source): \(rows.count) of \(table.labels.count) rows name no picture (\(listing(rows))) "
          + "and are left out" + (hint.map { "; \($0)" } ?? ""))
    }
    if !unlabeled.isEmpty {
      remarks.append(
        "\(pictures.folder): \(unlabeled.count) of \(pictures.paths.count) pictures have no row in "
          + "\(table.source) (\(listing(unlabeled))) and are left out")
    }
    return remarks
  }

  /// The classes that only rows without a picture name, and that count as classes because of those.
  private func absentClasses(_ table: LabelTable, rows: [String], matched: [String]) -> [String] {
    guard !table.areClassesListed else { return [] }
    let shown = Set(matched.flatMap { table.labels[$0] ?? [] })
    let absent = Set(rows.flatMap { table.labels[$0] ?? [] }).subtracting(shown).sorted()
    guard let first = absent.first else { return [] }
    let names = listing(absent.map { table.classNames[$0] })
    let row = rows.first { table.labels[$0]?.contains(first) ?? false } ?? ""
    return [
      "\(table.source): only rows without a picture name \(names), as \"\(row)\" "
        + "does; they count as classes: remove such rows, or add the pictures"
    ]
  }

  /// Why a row may name none of the pictures although it looks as if it did.
  private static func hint(_ row: String, among pictures: [String]) -> String? {
    if let number = Int(row), let picture = pictures.first(where: { Int($0) == number }) {
      return "\"\(picture)\" has the same number: leading zeros were lost, write names in full"
    }
    if let picture = pictures.first(where: { ClassNames.folded($0) == ClassNames.folded(row) }) {
      return "\"\(picture)\" looks the same: write names exactly alike"
    }
    return nil
  }

  /// The lists of the splits; `candidates` are the images with labels, in rising order.
  private func splits(
    candidates: [String], _ pictures: PictureIndex
  ) throws(DatasetError) -> [Split: FileDataset.List] {
    var held = try list(val, split: .val, pictures)
    let trained = try list(train, split: .train, pictures)
    if held == nil {
      let known = Set(trained?.ids ?? [])
      var random = Philox(seed: seed, name: "split")
      let shuffled = candidates.filter { !known.contains($0) }.shuffled(using: &random)
      guard trained != nil || shuffled.count > 1 else {
        throw .singleImage(folder: pictures.folder, id: shuffled.first ?? "")
      }
      let count = max(1, Int((Double(shuffled.count) * valFraction).rounded()))
      held = FileDataset.List(
        name: "val", ids: (trained == nil ? Array(shuffled.prefix(count)) : shuffled).sorted())
    }
    let excluded = Set(held?.ids ?? [])
    let training =
      trained ?? FileDataset.List(name: "train", ids: candidates.filter { !excluded.contains($0) })
    for (split, list) in [(Split.train, training), (.val, held ?? training)] where list.ids.isEmpty {
      throw .emptySplit(split: split.rawValue, source: path(labels, in: root))
    }
    return [
      .train: training, .seeds: try list(seeds, split: .seeds, pictures) ?? training, .val: held ?? training,
    ]
  }

  /// The images of a list file, or `nil` for `auto`.
  private func list(
    _ name: String, split: Split, _ pictures: PictureIndex
  ) throws(DatasetError) -> FileDataset.List? {
    guard name != "auto" else { return nil }
    let file = path(name, in: root)
    guard FileManager.default.fileExists(atPath: file) else {
      throw .missingList(path: file, key: split.rawValue, known: [])
    }
    return try FileDataset.List(name, file: file, split: split, among: pictures)
  }
}

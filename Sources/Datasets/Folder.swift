import Autograd
public import Configuration
import Files
import Foundation

/// A folder of images with a file of labels, with or without masks: the way to bring one's own data.
public struct Folder: DatasetOptions {
  public static let name = "folder"

  @Setting("the folder that the other paths start from") public var root = "Data/MyImages"
  @Setting("folder of the pictures (JPEG or PNG)") public var images = "images"
  @Setting("text or CSV file of the labels (id class class … or id,class;class…), or masks")
  public var labels = "labels.csv"
  @Setting("folder of the masks (PNG of the same names), none, or auto (\"masks\" if it is there)")
  public var masks = "auto"
  @Setting("class list, or auto (classes.txt if it is there, else the classes of the labels)")
  public var classes = "auto"
  @Setting("list of the images that are trained on, or auto (all labelled images that are not held out)")
  public var train = "auto"
  @Setting("list of the images that seeds are judged on, or auto (those that are trained on)")
  public var seeds = "auto"
  @Setting("list of the held-out images, or auto (val_fraction of all, drawn from the seed)")
  public var val = "auto"
  @Setting("share of the images that is held out when val is auto, between 0 and 1")
  public var valFraction = 0.2
  @Setting("what the held-out images are drawn from") public var seed: UInt64 = 0
  @Setting(
    "ids in the masks that are neither learned nor judged, beside 255, as in [0]",
    .each(.within(0...255), mayBeEmpty: true))
  public var ignoreId: [Int] = []
  @Setting("class ids of mask ids that mean another one, as in {255: 1} for masks of 0 and 255", MaskIDs.rule)
  public var idMap: [String: Int] = [:]

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard val != "auto" || (0.001...0.999).contains(valFraction) else {
      throw .invalid("val_fraction", "is \(valFraction); it lies between 0 and 1")
    }
    try MaskIDs.check(map: idMap, ignored: ignoreId)
  }

  public func open() throws(DatasetError) -> any Dataset {
    requireValid()
    guard isFolder(root) else { throw .missingRoot(path: root, source: nil) }
    let imageFolder = path(images, in: root)
    guard isFolder(imageFolder) else {
      throw .missingFolder(path: imageFolder, what: "images", key: "images")
    }
    let paths = try imagePaths(imageFolder)
    let maskFolder = try maskFolder()
    let table = try labelTable(maskFolder: maskFolder, ids: paths.keys.sorted())
    try maskIDs.requireClasses(table.classNames.count)
    let lists = try splits(candidates: paths.keys.filter { table.labels[$0] != nil }.sorted())
    return FileDataset(
      table: table, lists: lists, imageFolder: imageFolder, imagePaths: paths, maskFolder: maskFolder,
      maskIDs: maskIDs)
  }

  private var maskIDs: MaskIDs { MaskIDs(map: idMap, ignored: ignoreId) }

  private func imagePaths(_ folder: String) throws(DatasetError) -> [String: String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .unreadable(path: folder, reason: "no permission")
    }
    var paths: [String: String] = [:]
    for name in names.sorted() where TextList.id(ofFile: name) != name && !name.hasPrefix(".") {
      let id = TextList.id(ofFile: name)
      if let first = paths[id] { throw .ambiguousImage(id: id, first: first, second: folder + "/" + name) }
      paths[id] = folder + "/" + name
    }
    guard !paths.isEmpty else { throw .emptySplit(split: "train", source: folder) }
    return paths
  }

  private func maskFolder() throws(DatasetError) -> String? {
    if masks == "none" { return nil }
    let folder = path(masks == "auto" ? "masks" : masks, in: root)
    if isFolder(folder) { return folder }
    guard masks == "auto" else { throw .missingFolder(path: folder, what: "masks", key: "masks") }
    return nil
  }

  private func labelTable(maskFolder: String?, ids: [String]) throws(DatasetError) -> LabelTable {
    let classFile = path(classes == "auto" ? "classes.txt" : classes, in: root)
    let hasClasses = FileManager.default.fileExists(atPath: classFile)
    let isNeeded = classes != "auto" || labels == "masks" || labels.hasSuffix(".npy")
    guard hasClasses || !isNeeded else { throw .missingClasses(path: classFile) }
    let names = hasClasses ? try LabelTable.classes(of: classFile) : nil
    if labels == "masks" {
      guard let maskFolder, let names else {
        throw .noLabelSource(root: root, tried: ["masks, which are none"])
      }
      return try LabelTable(masks: maskFolder, ids: ids, classes: names, meaning: maskIDs)
    }
    let file = path(labels, in: root)
    if let names { return try LabelTable(file: file, classes: names) }
    guard FileManager.default.fileExists(atPath: file) else { throw .missingLabels(path: file) }
    return try LabelTable(text: file, classes: nil)
  }

  /// The lists of the splits; `candidates` are the images with labels, in rising order.
  private func splits(candidates: [String]) throws(DatasetError) -> [Split: FileDataset.List] {
    var held = try list(val, split: .val)
    let trained = try list(train, split: .train)
    if held == nil {
      let known = Set(trained?.ids ?? [])
      var random = Philox(seed: seed, name: "split")
      let shuffled = candidates.filter { !known.contains($0) }.shuffled(using: &random)
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
    return [.train: training, .seeds: try list(seeds, split: .seeds) ?? training, .val: held ?? training]
  }

  /// The images of a list file, or `nil` for `auto`.
  private func list(_ name: String, split: Split) throws(DatasetError) -> FileDataset.List? {
    guard name != "auto" else { return nil }
    let file = path(name, in: root)
    guard FileManager.default.fileExists(atPath: file) else {
      throw .missingList(path: file, key: split.rawValue, known: [])
    }
    return try FileDataset.List(name, file: file, split: split)
  }
}

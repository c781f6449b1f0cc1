public import Configuration
import Foundation

/// A data set in the layout of PASCAL VOC, or of VOC-style COCO with its own class list.
public struct VOC: DatasetOptions {
  public static let name = "voc"

  @Setting("the folder that holds the others, such as VOCdevkit/VOC2012") public var root = "Data/VOC2012"
  @Setting("list of the images that are trained on: a name in lists, or the path of a text file")
  public var train = "train_aug"
  @Setting("list of the images that seeds and pseudo-masks are judged on") public var seeds = "train"
  @Setting("list of the held-out images") public var val = "val"
  @Setting("folder of the pictures in root") public var images = "JPEGImages"
  @Setting("folder of the masks in root, or none") public var masks = "SegmentationClass"
  @Setting("folder of the lists in root") public var lists = "ImageSets/Segmentation"
  @Setting("image-level labels: a .txt, .csv or .npy file in root, xml, masks, or auto (the first there is)")
  public var labels = "auto"
  @Setting(
    "ids in the masks that are neither learned nor judged, beside 255, as in [0]",
    .each(.within(0...255), mayBeEmpty: true))
  public var ignoreId: [Int] = []
  @Setting("class ids of mask ids that mean another one, as in {255: 1} for masks of 0 and 255", MaskIDs.rule)
  public var idMap: [String: Int] = [:]
  @Setting("class list in root, or auto (classes.txt if it is there, else the 20 classes of VOC)")
  public var classes = "auto"
  @Setting(
    "names of the classes that the job is about; images that show others or none are left out; [] for all")
  public var onlyClasses: [String] = []
  @Setting("most images to train on, drawn from the seed; the others are left out; 0 for all", 0...1_000_000)
  public var trainImages = 0
  @Setting("what train_images are drawn from") public var seed: UInt64 = 0

  public init() {}

  public var withoutPlace: VOC {
    var options = self
    options.root = ""
    return options
  }

  public func validate() throws(ConfigurationError) {
    try MaskIDs.check(map: idMap, ignored: ignoreId)
    try DatasetPart.check(classes: onlyClasses)
  }

  public func open() throws(DatasetError) -> any Dataset {
    guard isFolder(root) else {
      throw .missingRoot(path: root, source: "http://host.robots.ox.ac.uk/pascal/VOC/voc2012")
    }
    let imageFolder = path(images, in: root)
    guard isFolder(imageFolder) else {
      throw .missingFolder(path: imageFolder, what: "images", key: "images")
    }
    let maskFolder = masks == "none" ? nil : path(masks, in: root)
    if let maskFolder, !isFolder(maskFolder) {
      throw .missingFolder(path: maskFolder, what: "masks", key: "masks")
    }
    let pictures = try PictureIndex(imageFolder)
    var maskFiles: MaskFiles?
    if let maskFolder { maskFiles = try MaskFiles(maskFolder, MaskIDs(map: idMap, ignored: ignoreId)) }
    var splits: [Split: FileDataset.List] = [:]
    splits[.train] = try list(train, split: .train, pictures)
    splits[.seeds] = try list(seeds, split: .seeds, pictures)
    splits[.val] = try list(val, split: .val, pictures)
    let ids = Set(splits.values.flatMap(\.ids)).sorted()
    var table = try labelTable(ids: ids, classes: classNames(), maskFiles)
    try table.requireLastingNames()
    let classFile = path(classes == "auto" ? "classes.txt" : classes, in: root)
    if FileManager.default.fileExists(atPath: classFile) {
      table.notes += try LabelTable.comments(of: classFile)
    }
    let dataset = FileDataset(table: table, lists: splits, images: pictures, masks: maskFiles)
    try dataset.requireUsefulMasks()
    return try DatasetPart(classes: onlyClasses, trainImages: trainImages, seed: seed)(dataset)
  }

  private func list(
    _ name: String, split: Split, _ pictures: PictureIndex
  ) throws(DatasetError) -> FileDataset.List {
    let folder = path(lists, in: root)
    let file = name.hasSuffix(".txt") ? name : folder + "/" + name + ".txt"
    guard FileManager.default.fileExists(atPath: file) else {
      let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let known = found.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
      throw .missingList(path: file, key: split.rawValue, known: known)
    }
    return try FileDataset.List(name, file: file, split: split, among: pictures)
  }

  private func classNames() throws(DatasetError) -> [String] {
    let file = path(classes == "auto" ? "classes.txt" : classes, in: root)
    if FileManager.default.fileExists(atPath: file) { return try LabelTable.classes(of: file) }
    guard classes == "auto" else { throw .missingClasses(path: file) }
    return vocClasses
  }

  private func labelTable(
    ids: [String], classes: [String], _ masks: MaskFiles?
  ) throws(DatasetError) -> LabelTable {
    let annotations = path("Annotations", in: root)
    let tables = ["image_labels.txt", "cls_labels_onehot.npy", "cls_labels.npy"].map { path($0, in: root) }
    switch labels {
    case "xml": return try LabelTable(annotations: annotations, ids: ids, classes: classes)
    case "masks":
      guard let masks else { throw .noLabelSource(root: root, tried: ["masks, which are none"]) }
      return try LabelTable(masksOf: ids, in: masks, classes: classes)
    case "auto":
      if let file = tables.first(where: { FileManager.default.fileExists(atPath: $0) }) {
        return try LabelTable(file: file, classes: classes, pictures: Set(ids))
      }
      if isFolder(annotations) { return try LabelTable(annotations: annotations, ids: ids, classes: classes) }
      guard let masks else {
        throw .noLabelSource(root: root, tried: ["image_labels.txt", "cls_labels_onehot.npy", "Annotations"])
      }
      return try LabelTable(masksOf: ids, in: masks, classes: classes)
    default: return try LabelTable(file: path(labels, in: root), classes: classes, pictures: Set(ids))
    }
  }
}

/// The classes of PASCAL VOC in the order of their ids, 1 to 20.
let vocClasses = [
  "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
  "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
]

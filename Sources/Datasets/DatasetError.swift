public import Files
public import Imaging

/// What can be wrong with a data set.
public enum DatasetError: Error, Sendable, Equatable {
  case image(ImageError)
  case list(ListError)
  case missingRoot(path: String, source: String?)
  case missingFolder(path: String, what: String, key: String)
  case missingList(path: String, key: String, known: [String])
  case missingClasses(path: String)
  case missingLabels(path: String)
  case noClassInLabels(TextLine)
  case lostClass(path: String, name: String)
  case missingImage(id: String, path: String)
  case missingMask(id: String, path: String)
  case missingFiles(split: String, count: Int, first: String)
  case unreadable(path: String, reason: String)
  case emptySplit(split: String, source: String)
  case noClasses(path: String)
  case tooManyClasses(count: Int)
  case ambiguousImage(id: String, first: String, second: String)
  case noPictures(folder: String, folders: [String])
  case noRowMatches(path: String, rows: Int, row: String, picture: String, hint: String?)
  case singleImage(folder: String, id: String)
  case badClassFolder(path: String, reason: String)
  case unknownName(path: String, name: String, nearest: String)
  case unknownClass(TextLine, name: String, nearest: String?)
  case noLabels(id: String, path: String)
  case unknownIdentifier(id: String)
  case noLabelSource(root: String, tried: [String])
  case maskSize(id: String, maskWidth: Int, maskHeight: Int, imageWidth: Int, imageHeight: Int)
  case maskId(path: String, id: Int, classes: Int)
  case noMasks(id: String)
  case noMaskMatches(folder: String, expected: String, found: String?)
  case smoothedMask(path: String, id: Int, pixels: Int, classes: Int)
  case maskTurned(id: String, width: Int, height: Int)
  case mappedId(id: String, meaning: Int, classes: Int)
  case onlyIgnored(split: String)
  case noClassInMasks(split: String, count: Int)
  case badFiles(split: String, count: Int, total: Int)
  case overlappingSplits(id: String, first: String, second: String)
  case labelArray(path: String, reason: String)
  case annotation(path: String, reason: String)
  case unknownOnlyClass(name: String, nearest: String?, known: [String])
  case noneOfClasses(list: String, images: Int)
  case noneDrawn(list: String, count: Int, judged: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    listDescription ?? sampleDescription ?? maskDescription ?? partDescription
      ?? String(reflecting: self)
  }

  /// The wording of what is wrong with folders, lists, classes and labels.
  private var listDescription: String? {
    switch self {
    case .image(let error): error.description
    case .list(let error): error.description
    case .missingRoot(let path, let source):
      "\(path): there is no such folder; set data.root to where the data set lies"
        + (source.map { " (it is to be had at \($0))" } ?? "")
    case .missingFolder(let path, let what, let key):
      "\(path): there is no such folder of \(what); set \(key) to where it is"
        + (key == "masks" ? ", or to none" : "")
    case .missingList(let path, let key, let known):
      "\(path): there is no such list; set \(key) to \(known.isEmpty ? "a list file" : oneOf(known))"
    case .missingClasses(let path):
      "\(path): there is no such class list; write one class name per line, without the background"
    case .missingLabels(let path):
      "\(path): there is no such label file; write one line per image: id class class …"
    case .noClassInLabels(let line):
      """
      \(line): "\(line.text)" names no class, and no other line does; write one line per image, its name \
      first: id class class …
      """
    case .lostClass(let path, let name):
      """
      \(path): the class "\(name)" cannot stand in a class list, which would take it for a comment, a title \
      or several lines; rename it
      """
    case .missingImage(let id, let path):
      "\(path): the image \"\(id)\" is listed but missing; add it or take it off the list"
    case .missingMask(let id, let path):
      "\(path): the mask of \"\(id)\" is missing; add it or set masks to none"
    case .missingFiles(let split, let count, let first):
      "\(first): the first of \(count) files of \(split) that are missing; add them or take them off the list"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .emptySplit(let split, let source):
      "\(source): the split \(split) has no image; list at least one"
    case .noClasses(let path):
      "\(path): names no class; write one class name per line, without the background"
    case .tooManyClasses(let count):
      "the data set has \(count) classes, but masks have room for the ids 1 to 254; leave some classes out"
    case .ambiguousImage(let id, let first, let second):
      "\(second): \(first) has the same name \"\(id)\"; rename or remove one of the two"
    case .noPictures(let folder, let folders):
      "\(folder): holds no JPEG or PNG picture"
        + (folders.isEmpty
          ? "; set images to the folder that does"
          : ", only folders (\(listing(folders))); set images to one of them, or labels to folders if each "
            + "is a class")
    case .noRowMatches(let path, 0, _, _, _):
      "\(path): has no row for an image; write one line per image: id class class …"
    case .noRowMatches(let path, let rows, let row, let picture, let hint):
      "\(path): none of its \(rows) rows names a picture: the first is \"\(row)\", pictures are called like "
        + "\"\(picture)\"; " + (hint ?? "write the names of the pictures into the first column")
    case .singleImage(let folder, let id):
      "\(folder): only one picture has labels (\"\(id)\"); at least two are needed, one of them to be held "
        + "out"
    case .badClassFolder(let path, let reason):
      "\(path): the name of a class folder is \(reason)"
    case .unknownName(let path, let name, let nearest):
      "\(path): the name \"\(name)\" is not in the class list, but \"\(nearest)\" is; write both alike"
    case .unknownClass(let line, let name, let nearest):
      "\(line): unknown class \"\(name)\"; "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? "add it to the class list or correct the label")
    default: nil
    }
  }

  /// The wording of what is wrong with one image, its labels or its mask.
  private var sampleDescription: String? {
    switch self {
    case .noLabels(let id, let path):
      "\(path): no labels of the image \"\(id)\"; add a line for it (the name alone if nothing is in it)"
    case .unknownIdentifier(let id):
      "\(id): the data set has no image of this name; check the list that names it"
    case .noLabelSource(let root, let tried):
      "\(root): no image labels found (tried \(tried.joined(separator: ", "))); add one of them or set labels"
    case .maskSize(let id, let maskWidth, let maskHeight, let imageWidth, let imageHeight):
      """
      \(id): the mask is \(maskWidth) × \(maskHeight) pixels and the image \(imageWidth) × \(imageHeight); \
      both must have one size
      """
    case .maskId(let path, let id, let classes):
      """
      \(path): holds the class id \(id), but there are \(classes) classes, so ids are 0 to \(classes) \
      and 255 for ignore; renumber the mask, set id_map, or complete the class list
      """
    case .noMasks(let id):
      "\(id): a mask is needed here, but the data set has none; set masks to their folder"
    case .noMaskMatches(let folder, let expected, let found):
      "\(folder): no image has a mask: \"\(expected)\" is looked for"
        + (found.map { ", and there is \"\($0.split(separator: "/").last ?? "")\"" }
          ?? ", and there is no PNG file")
        + "; call masks as the pictures, or set masks to none"
    case .overlappingSplits(let id, let first, let second):
      """
      \(id): is in both \(first) and \(second), and figures on \(second) would not be held out; \
      remove it from one of the two
      """
    case .labelArray(let path, let reason):
      """
      \(path): no table of one-hot labels (\(reason)); \
      save a dictionary {id: array of 0 and 1} with numpy.save
      """
    case .annotation(let path, let reason):
      "\(path): no VOC annotation (\(reason)); copy the file again"
    default: nil
    }
  }

  /// The wording of what is wrong with masks, or with many files.
  private var maskDescription: String? {
    switch self {
    case .smoothedMask(let path, let id, let pixels, let classes):
      """
      \(path): \(pixels) pixels hold ids such as \(id), but there are \(classes) classes, so ids are 0 to \
      \(classes) and 255 for ignore; if the mask was resized or turned, do so by nearest neighbour
      """
    case .maskTurned(let id, let width, let height):
      """
      \(id): the mask is \(width) × \(height) pixels as the image is stored, but its EXIF data turn the \
      image to \(height) × \(width); turn the mask as well, or take the orientation out of the image's EXIF \
      data
      """
    case .mappedId(let id, let meaning, let classes):
      """
      id_map: takes the mask id \(id) for the class id \(meaning), but there are \(classes) classes, so ids \
      are 0 to \(classes) and 255 for ignore
      """
    case .onlyIgnored(let split):
      """
      \(split): every pixel of the masks is to be ignored, so there is nothing to learn from and nothing to \
      judge; check the masks, or say with id_map what their ids mean
      """
    case .noClassInMasks(let split, let count):
      """
      \(split): the \(count) masks hold 0 and 255 (ignore) only, so that only background would count; if \
      255 is the object, set id_map to {255: 1}
      """
    case .badFiles(let split, let count, let total):
      "\(split): \(count) of \(total) images cannot be used; mend their files or take them off the list"
    default: nil
    }
  }

  /// The wording of what is wrong with the part of a data set that a job is about.
  private var partDescription: String? {
    switch self {
    case .unknownOnlyClass(let name, let nearest, let known):
      "data.only_classes: there is no class \"\(name)\"; "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? "the classes are \(listing(known))")
    case .noneOfClasses(let list, let images):
      """
      data.only_classes: all \(images) images of \(list) show other classes or none, so that no image is \
      left; name other classes
      """
    case .noneDrawn(let list, let count, let judged):
      """
      data.train_images: of the \(count) images drawn from \(list) none is in \(judged), on which seeds are \
      judged; draw more
      """
    default: nil
    }
  }

  private func oneOf(_ names: [String]) -> String {
    "one of " + names.joined(separator: ", ")
  }
}

/// What `body` reads from a list; its errors become those of a data set.
func listed<Value>(_ body: () throws(ListError) -> Value) throws(DatasetError) -> Value {
  do { return try body() } catch { throw .list(error) }
}

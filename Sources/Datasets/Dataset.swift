import Autograd
public import Configuration
public import Imaging

/// What a list of images is used for; a data set says which of its own lists serves which role.
public enum Split: String, Sendable, CaseIterable {
  /// The images that are trained on.
  case train
  /// The images that seeds and pseudo-masks are judged on.
  case seeds
  /// The held-out images that classifier and segmenter are judged on.
  case val
}

/// One image with what is known about it.
public struct Sample: Sendable {
  /// The name of the image in its data set.
  public let id: String
  /// The picture.
  public let image: Image
  /// The foreground classes in the picture, in rising order: indices of `Dataset.classNames`.
  public let labels: [Int]
  /// The class id of each pixel: 0 background, class index + 1 for an object, 255 to be ignored; `nil` if it
  /// was not asked for or the data set has no masks.
  public let mask: LabelMap?

  /// Creates a sample.
  public init(id: String, image: Image, labels: [Int], mask: LabelMap? = nil) {
    self.id = id
    self.image = image
    self.labels = labels
    self.mask = mask
  }
}

/// Images with image-level labels, and masks to measure with.
public protocol Dataset: Sendable {
  /// The names of the foreground classes; the name at index `i` has the class id `i + 1` in masks.
  var classNames: [String] { get }

  /// How labels and lists were read, one line each.
  var notes: [String] { get }

  /// What of labels and files deserves attention, one line each.
  var warnings: [String] { get }

  /// The data set's own name of the list that serves a role, such as `train_aug`.
  func name(of split: Split) -> String

  /// The images of a split in the order of its list.
  ///
  /// - Throws: `DatasetError` if the list cannot be read or is empty.
  func identifiers(of split: Split) throws(DatasetError) -> [String]

  /// The foreground classes of an image, in rising order, without decoding it.
  ///
  /// - Throws: `DatasetError` if the image has no labels.
  func labels(of id: String) throws(DatasetError) -> [Int]

  /// The picture alone.
  ///
  /// - Throws: `DatasetError` if it cannot be read.
  func image(of id: String) throws(DatasetError) -> Image

  /// The true mask, or `nil` if there is none of this image.
  ///
  /// - Throws: `DatasetError` if it cannot be read.
  func mask(of id: String) throws(DatasetError) -> LabelMap?

  /// Whether there is a mask of an image; no file is opened.
  func hasMask(_ id: String) -> Bool

  /// The picture, its labels, and its mask only if `wantsMask` says so.
  ///
  /// - Throws: `DatasetError` if a part cannot be read or picture and mask differ in size.
  func sample(_ id: String, wantsMask: Bool) throws(DatasetError) -> Sample

  /// The files of an image that are not where they should be, masks apart; no file is opened.
  func missingFiles(of id: String) -> [String]

  /// Whether images are files, which may be damaged, rather than drawn.
  var readsFiles: Bool { get }
}

extension Dataset {
  /// The number of classes that a segmenter tells apart: the foreground classes and the background.
  public var classCount: Int { classNames.count + 1 }

  public func sample(_ id: String, wantsMask: Bool) throws(DatasetError) -> Sample {
    let image = try image(of: id)
    var mask: LabelMap?
    if wantsMask {
      mask = try self.mask(of: id)
      if let mask { try checkSize(of: mask, id: id, image: image) }
    }
    return Sample(id: id, image: image, labels: try labels(of: id), mask: mask)
  }

  public func missingFiles(of id: String) -> [String] { [] }
  public func hasMask(_ id: String) -> Bool { true }
  public var readsFiles: Bool { true }
  public var notes: [String] { [] }
  public var warnings: [String] { [] }
}

/// Refuses a mask that does not lie on its image pixel by pixel.
func checkSize(of mask: LabelMap, id: String, image: Image) throws(DatasetError) {
  guard mask.width == image.width, mask.height == image.height else {
    throw .maskSize(
      id: id, maskWidth: mask.width, maskHeight: mask.height, imageWidth: image.width,
      imageHeight: image.height)
  }
}

/// The options of a kind of data set; what `data` chooses by name in YAML.
public protocol DatasetOptions: Component, Validatable {
  /// Reads the lists and labels, no picture.
  ///
  /// - Precondition: the options are valid.
  /// - Throws: `DatasetError` if a list, the labels or the classes cannot be read.
  func open() throws(DatasetError) -> any Dataset
}

extension DatasetOptions {
  public func validate() throws(ConfigurationError) {}
}

extension Section {
  /// Stops where options are used that a configuration would have refused.
  func requireValid() {
    do { try check() } catch { preconditionFailure("\(Self.self): \(error)") }
  }
}

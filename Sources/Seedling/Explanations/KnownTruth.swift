import Datasets
import Files
import Foundation
import Imaging
import Metrics
import Training

/// What is known of pictures beside what a network says: their classes and masks.
struct KnownTruth {
  private let classNames: [String]
  /// The folder of masks that are named as the pictures.
  private let masks: String?
  /// The boxes that stand in the place of masks.
  private let boxes: BoxTable?
  /// The data of the run, whose pictures are known by their files.
  private let dataset: (any Dataset)?
  /// The images of the data set by their files.
  private let identifiers: [FileIdentity: String]

  /// The masks of a folder, or boxes, or else what the data set of a run knows.
  ///
  /// - Throws: `DatasetError`.
  init(
    masks: String?, boxes: BoxTable? = nil, data: (any DatasetOptions)?, classNames: [String]
  ) throws(DatasetError) {
    self.masks = masks
    self.boxes = boxes
    self.classNames = classNames
    guard masks == nil, boxes == nil, let dataset = try data?.open() else {
      dataset = nil
      identifiers = [:]
      return
    }
    self.dataset = dataset
    var known: [FileIdentity: String] = [:]
    for split in Split.allCases {
      for id in try dataset.identifiers(of: split) {
        if let path = dataset.files(of: id).image, let file = FileIdentity(of: path) { known[file] = id }
      }
    }
    identifiers = known
  }

  /// The classes that a picture is known to hold, counted from 0.
  ///
  /// - Throws: `ExplanationError.noLabels`, `.otherClasses`, `.noMask`, what reading the mask throws,
  ///   `DatasetError`.
  func labels(of picture: PictureInputs.Picture, _ image: Image) throws -> [Int] {
    if let boxes {
      let found = try boxes.boxes(of: picture, width: image.width, height: image.height)
      return Set(found.map(\.label)).sorted()
    }
    if masks != nil, let mask = try mask(of: picture, image) {
      return Set(mask.ids).filter { $0 != 0 && $0 != 255 }.map { Int($0) - 1 }.sorted()
    }
    guard let (dataset, id) = try known(picture) else { throw ExplanationError.noLabels(path: picture.path) }
    return try dataset.labels(of: id)
  }

  /// Where the objects of a picture are; `nil` where nothing says it.
  ///
  /// - Throws: as `mask`, `ExplanationError.noBox`, `.boxOutside`.
  func places(of picture: PictureInputs.Picture, _ image: Image) throws -> PlaceTruth? {
    guard let boxes else { return try mask(of: picture, image).map { .mask($0) } }
    let found = try boxes.boxes(of: picture, width: image.width, height: image.height)
    return .boxes(found, width: image.width, height: image.height)
  }

  /// The true mask of a picture; `nil` where the data set of the run has none.
  ///
  /// - Throws: `ExplanationError.noMask`, `.otherClasses`, `.maskSize`, `ImageError`,
  ///   `ScoreError.noSuchClass`, `DatasetError`.
  func mask(of picture: PictureInputs.Picture, _ image: Image) throws -> LabelMap? {
    guard let masks else {
      return try known(picture).flatMap { try $0.dataset.sample($0.id, wantsMask: true).mask }
    }
    let path = "\(masks)/\(picture.name).png"
    guard FileManager.default.fileExists(atPath: path) else { throw ExplanationError.noMask(path: path) }
    let mask = try LabelMap(contentsOf: path)
    guard mask.width == image.width, mask.height == image.height else {
      throw ExplanationError.maskSize(
        mask: path, width: mask.width, height: mask.height, image: picture.path, imageWidth: image.width,
        imageHeight: image.height)
    }
    if let id = mask.ids.first(where: { $0 != 255 && $0 > classNames.count }) {
      throw ScoreError.noSuchClass(path: path, id: Int(id), classes: classNames.count + 1)
    }
    return mask
  }

  /// A picture of the data set; `nil` for any other.
  ///
  /// - Throws: `ExplanationError.otherClasses`, since the numbers of classes would mean others.
  private func known(
    _ picture: PictureInputs.Picture
  ) throws(ExplanationError) -> (dataset: any Dataset, id: String)? {
    guard let dataset, let id = FileIdentity(of: picture.path).flatMap({ identifiers[$0] }) else {
      return nil
    }
    guard dataset.classNames == classNames else { throw .otherClasses }
    return (dataset, id)
  }
}

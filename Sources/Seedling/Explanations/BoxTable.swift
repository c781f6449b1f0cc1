import Files
import Foundation
import Imaging
import Metrics

/// True boxes of pictures from a table: a line with the names of the columns `image`, `class`, `xmin`,
/// `ymin`, `xmax` and `ymax` in any order, then a line for each box.
///
/// Pixels count from 0, and the last column and row belong to a box. Images are named with their ending or
/// without it.
struct BoxTable {
  /// A box with the class of what is in it, counted from 0.
  struct Entry: Equatable {
    let label: Int
    let box: Box
  }

  /// The names of the columns.
  static let columns = ["image", "class", "xmin", "ymin", "xmax", "ymax"]

  private let entries: [String: [Entry]]

  /// Reads the file at `path` for classes of these names.
  ///
  /// - Throws: `ListError`, `ExplanationError.badBox`.
  init(contentsOf path: String, classNames: [String]) throws {
    let rows = try CSV(contentsOf: path).rows
    let header = rows.first?.fields.map { $0.lowercased() } ?? []
    let places = Self.columns.compactMap { header.firstIndex(of: $0) }
    guard places.count == Self.columns.count else {
      throw ExplanationError.badBox(
        path: path, line: 1, reason: "does not name the columns \(Self.columns.joined(separator: ", "))")
    }
    var entries: [String: [Entry]] = [:]
    for row in rows.dropFirst() {
      func refuse(_ reason: String) -> ExplanationError {
        .badBox(path: path, line: row.line.number, reason: reason)
      }
      guard row.fields.count == header.count else {
        throw refuse("has \(row.fields.count) fields, but \(header.count) columns are named")
      }
      let fields = places.map { row.fields[$0] }
      guard let label = ClassRequest.index(of: fields[1], classNames) else {
        throw refuse("names the class \"\(fields[1])\", which the network does not know")
      }
      let numbers = fields[2...].compactMap { Double($0) }.filter { (0..<1_000_000).contains($0) }.map {
        Int($0)
      }
      guard numbers.count == 4, numbers[0] <= numbers[2], numbers[1] <= numbers[3] else {
        throw refuse("has no box; give four numbers from 0 on, xmin ≤ xmax and ymin ≤ ymax")
      }
      let box = Box(numbers[0], numbers[1], numbers[2], numbers[3])
      let name = URL(fileURLWithPath: fields[0]).lastPathComponent
      entries[name, default: []].append(Entry(label: label, box: box))
    }
    self.entries = entries
  }

  /// The boxes of a picture of `width` × `height` pixels.
  ///
  /// - Throws: `ExplanationError.noBox`, `.boxOutside`.
  func boxes(of picture: PictureInputs.Picture, width: Int, height: Int) throws(ExplanationError) -> [Entry] {
    let file = URL(fileURLWithPath: picture.path).lastPathComponent
    guard let found = entries[file] ?? entries[picture.name] else {
      throw .noBox(path: picture.path)
    }
    for entry in found where entry.box.right >= width || entry.box.bottom >= height {
      throw .boxOutside(
        path: picture.path, right: entry.box.right, bottom: entry.box.bottom, width: width, height: height)
    }
    return found
  }
}

/// Where the objects of a picture are.
enum PlaceTruth {
  /// At every pixel.
  case mask(LabelMap)
  /// In boxes of a picture of so many pixels.
  case boxes([BoxTable.Entry], width: Int, height: Int)

  /// Its width and height.
  var size: (width: Int, height: Int) {
    switch self {
    case .mask(let mask): (mask.width, mask.height)
    case .boxes(_, let width, let height): (width, height)
    }
  }
}

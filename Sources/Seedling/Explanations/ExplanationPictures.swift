import Autograd
import Files
import Imaging
import Reporting
import WeakSupervision

/// The pictures of an explained photograph: one grid of all methods and classes, and each map over it.
struct ExplanationPictures {
  /// As many tiles stand in a row at most.
  private static let columns = 8
  private static let tileSize = 224

  private let classNames: [String]
  private let methods: [String]
  private let classFiles: [String]

  /// The pictures of some methods for a network's classes.
  init(methods: [String], classNames: [String]) {
    self.methods = methods
    self.classNames = classNames
    let names = classNames.map(Self.fileName)
    // Some file systems do not tell capitals from small letters.
    let counts = Dictionary(names.map { ($0.lowercased(), 1) }, uniquingKeysWith: +)
    classFiles = names.enumerated().map { index, name in
      counts[name.lowercased(), default: 1] > 1 ? "\(index)-\(name)" : name
    }
  }

  /// The grid: for each class the photograph with its probability, then the map of each method.
  func grid(_ maps: PictureMaps) -> Image {
    let columns = min(Self.columns, methods.count + 1)
    var grid = PictureGrid(columns: columns, tileSize: Self.tileSize)
    grid.colorBar = (low: "0: no evidence", high: "1: the map's maximum")
    for (index, label) in maps.classes.enumerated() {
      let score = Formatting.fixed(Double(maps.probabilities[label]), 3)
      grid.append(maps.image, caption: "\(score) \(classNames[label])")
      for (method, name) in methods.enumerated() {
        let map = maps.maps[method][index]
        let (values, maximum) = PictureMaps.shown(map)
        let note = map.flaw.map { "(\($0.rawValue))" } ?? "max \(Formatting.significant(Double(maximum)))"
        grid.append(HeatMap(values).over(maps.image), caption: "\(name) \(note)")
      }
      let last = (methods.count + 1) % columns
      if last > 0 { for _ in last..<columns { grid.appendEmpty() } }
    }
    return grid.image
  }

  /// The path of one map over the photograph, below the folder of a picture's overlays.
  func overlay(method: Int, label: Int) -> String { "\(methods[method])/\(classFiles[label]).png" }

  /// One map over the photograph.
  func overlay(_ maps: PictureMaps, method: Int, index: Int) -> Image {
    HeatMap(PictureMaps.shown(maps.maps[method][index]).values).over(maps.image)
  }

  /// The name of a class as a file name: what separates folders, and what cannot be seen, become `_`.
  static func fileName(_ name: String) -> String {
    var short = String(name.unicodeScalars.map { $0 == "/" || $0.isHidden ? "_" : Character($0) })
    // A file name may have 255 bytes.
    while short.utf8.count > 200 { short.removeLast() }
    return short.hasPrefix(".") || short.isEmpty ? "_" + short : short
  }
}

import Configuration
import Imaging

/// What the ids in mask files mean where they are not the class ids themselves.
struct MaskIDs: Sendable, Equatable {
  /// The ids that stand for another one, by the text of the configuration.
  private let map: [String: Int]
  /// The class id of each id in a file.
  private let meanings: [UInt8]

  /// Ids that `ignored` names are taken for 255, those that `map` names for what it says, all others as they
  /// stand.
  ///
  /// - Precondition: the ids meet `rule` and are 0 to 255.
  init(map: [String: Int] = [:], ignored: [Int] = []) {
    self.map = map
    var meanings = (0...255).map { UInt8($0) }
    for id in ignored where meanings.indices.contains(id) { meanings[id] = 255 }
    for (key, value) in map {
      if let id = UInt8(key), let value = UInt8(exactly: value) { meanings[Int(id)] = value }
    }
    self.meanings = meanings
  }

  /// The ids of some classes, by index, become 1, 2, … in their order; 0 stays, and all others are taken for
  /// 255.
  init(keeping classes: [Int]) {
    map = [:]
    var meanings = [UInt8](repeating: 255, count: 256)
    meanings[0] = 0
    for (place, index) in classes.enumerated() where index < 254 { meanings[index + 1] = UInt8(place + 1) }
    self.meanings = meanings
  }

  /// What a map of ids may be.
  static let rule = Rule<[String: Int]>.where(
    "use ids from 0 to 255 on both sides, as in {255: 1}, where 255 on the right means ignore"
  ) { map in map.allSatisfy { UInt8($0.key) != nil && UInt8(exactly: $0.value) != nil } }

  /// Refuses an id that is both renamed and ignored.
  static func check(map: [String: Int], ignored: [Int]) throws(ConfigurationError) {
    let renamed = Set(map.keys.compactMap { Int($0) })
    if let id = ignored.first(where: { renamed.contains($0) }) {
      throw .invalid("ignore_id", "holds \(id), which id_map gives a class; name it in one of the two")
    }
    guard renamed.count == map.count else {
      throw .invalid("id_map", "names an id twice; name each once")
    }
  }

  /// Refuses a class id that the data set does not have.
  func requireClasses(_ count: Int) throws(DatasetError) {
    let wrong = map.sorted { $0.key < $1.key }.first { $0.value != 255 && $0.value > count }
    if let wrong { throw .mappedId(id: wrong.key, meaning: wrong.value, classes: count) }
  }

  /// The mask in class ids.
  func callAsFunction(_ mask: LabelMap) -> LabelMap {
    var mask = mask
    mask.ids = mask.ids.map { meanings[Int($0)] }
    return mask
  }
}

/// Refuses a mask with an id that is no class of `classes` foreground classes.
func checkIds(of mask: LabelMap, path: String, classes: Int) throws(DatasetError) {
  let counts = mask.histogram
  let wrong = (0..<255).filter { $0 > classes && counts[$0] > 0 }
  guard let first = wrong.first else { return }
  // Several foreign ids on few pixels are what interpolation leaves along edges.
  let pixels = wrong.reduce(0) { $0 + counts[$1] }
  if wrong.count > 1, 4 * pixels <= mask.ids.count {
    throw .smoothedMask(path: path, id: first, pixels: pixels, classes: classes)
  }
  throw .maskId(path: path, id: first, classes: classes)
}

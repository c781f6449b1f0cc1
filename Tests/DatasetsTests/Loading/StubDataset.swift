import Datasets
import Imaging
import Synchronization

/// Small pictures made up from their number, with a count of the masks that were asked for.
final class StubDataset: Dataset {
  let classNames = ["cat", "dog"]
  let count: Int
  let broken: String?
  let masksRead = Mutex(0)

  init(count: Int = 10, broken: String? = nil) {
    self.count = count
    self.broken = broken
  }

  var ids: [String] { (0..<count).map { "image\($0)" } }

  func name(of split: Split) -> String { split.rawValue }
  func identifiers(of split: Split) throws(DatasetError) -> [String] { ids }
  func labels(of id: String) throws(DatasetError) -> [Int] { [number(id) % 2] }

  func image(of id: String) throws(DatasetError) -> Image {
    guard id != broken else { throw .image(.empty(path: "\(id).jpg")) }
    let value = UInt8(20 * number(id))
    return Image(width: 12, height: 8, pixels: [UInt8](repeating: value, count: 3 * 12 * 8))
  }

  func mask(of id: String) throws(DatasetError) -> LabelMap? {
    masksRead.withLock { $0 += 1 }
    return LabelMap(width: 12, height: 8, ids: [UInt8](repeating: UInt8(number(id) % 2 + 1), count: 12 * 8))
  }

  private func number(_ id: String) -> Int { Int(id.dropFirst(5)) ?? 0 }
}

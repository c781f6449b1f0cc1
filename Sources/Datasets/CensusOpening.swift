import Autograd
import Imaging

/// The pictures and masks that a census opens, each once and on all cores.
struct CensusOpening {
  /// What one image turned out to be.
  struct Result: Sendable {
    /// Why it cannot be used.
    var error: DatasetError?
    /// The number of pixels of each id of its mask, `[256]`; `nil` if it has none or none was wanted.
    var counts: [Int]?
    /// Whether it has a mask of its own shape and is turned on reading, so that the mask may lie otherwise.
    var isTurnedInPlace = false
  }

  private(set) var results: [String: Result] = [:]
  private var maskless: Set<String> = []
  private let limit: Int

  /// Opens the images of the lists.
  init(
    _ dataset: any Dataset, _ lists: [Split: [String]], masked: Set<Split>, maskLimit: Int?, imageLimit: Int,
    progress: (_ opened: Int, _ total: Int) -> Void
  ) {
    limit = imageLimit
    var wanted: [(id: String, mask: Bool)] = []
    var positions: [String: Int] = [:]
    for split in Split.allCases {
      let wantsMask = masked.contains(split)
      guard let ids = lists[split], wantsMask || dataset.isOfFiles else { continue }
      let limit = dataset.isOfFiles ? (split == .val ? ids.count : imageLimit) : maskLimit ?? ids.count
      for id in Self.spread(ids, limit) where dataset.missingFiles(of: id, wantsMask: false).isEmpty {
        if let position = positions[id] {
          wanted[position].mask = wanted[position].mask || wantsMask
        } else {
          positions[id] = wanted.count
          wanted.append((id, wantsMask))
        }
      }
      if wantsMask { noteMissing(ids, dataset) }
    }
    let chunk = 1000
    for start in stride(from: 0, to: wanted.count, by: chunk) {
      let part = Array(wanted[start..<min(start + chunk, wanted.count)])
      let opened = Parallel.map(part.count) { Self.open(part[$0].id, wantsMask: part[$0].mask, dataset) }
      for (item, result) in zip(part, opened) { results[item.id] = result }
      if wanted.count > chunk { progress(start + part.count, wanted.count) }
    }
  }

  /// Whether an image has no mask though its data set has some.
  func lacksMask(_ id: String) -> Bool { maskless.contains(id) }

  /// Whether a list is so long that not all of its images are opened.
  func isLimited(_ ids: [String]) -> Bool { ids.count > limit }

  private mutating func noteMissing(_ ids: [String], _ dataset: any Dataset) {
    for id in ids where !maskless.contains(id) {
      let image = Set(dataset.missingFiles(of: id, wantsMask: false))
      if dataset.missingFiles(of: id, wantsMask: true).contains(where: { !image.contains($0) }) {
        maskless.insert(id)
      }
    }
  }

  /// At most `limit` elements, spread evenly.
  private static func spread(_ ids: [String], _ limit: Int) -> [String] {
    let step = max(1, (ids.count + max(limit, 1) - 1) / max(limit, 1))
    return stride(from: 0, to: ids.count, by: step).map { ids[$0] }
  }

  private static func open(_ id: String, wantsMask: Bool, _ dataset: any Dataset) -> Result {
    do {
      guard wantsMask else {
        _ = try dataset.image(of: id)
        return Result()
      }
      let sample = try dataset.sample(id, wantsMask: true)
      guard let mask = sample.mask else { return Result() }
      let orientation = dataset.orientation(of: id)
      return Result(
        counts: mask.histogram,
        isTurnedInPlace: orientation != .upright && (!orientation.swapsSides || mask.width == mask.height))
    } catch .noLabels {
      // The count of the labels says so.
      return Result()
    } catch {
      return Result(error: error)
    }
  }
}

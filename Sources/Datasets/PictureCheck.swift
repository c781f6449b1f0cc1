import Autograd
import Imaging

/// Opens pictures and masks of a list, several at a time, before anything is computed from them.
struct PictureCheck: Sendable {
  /// The number of pictures that were opened.
  private(set) var pictures = 0
  /// The number of masks that were read.
  private(set) var masks = 0
  /// The images without a mask, of those that were looked at.
  private(set) var unmasked: [String] = []
  /// What is wrong with files, in the order of the list.
  private(set) var errors: [DatasetError] = []
  /// The pixels of each id in all masks.
  private(set) var pixels = [Int](repeating: 0, count: 256)
  /// The number of images with a mask whose labels name each class.
  private(set) var named: [Int]
  /// The first image whose mask shows a class that is not among its labels, and the class.
  private(set) var extra: (id: String, index: Int)?

  /// What one image's files hold.
  private enum Finding: Sendable {
    case picture
    case mask(histogram: [Int], labels: [Int])
    case wrong(DatasetError)
  }

  /// Looks at these images, and at their masks where `wantsMasks` says so.
  init(_ ids: [String], of dataset: any Dataset, wantsMasks: Bool) {
    named = [Int](repeating: 0, count: dataset.classNames.count)
    let findings = Parallel.map(ids.count) { index in
      Self.look(at: ids[index], of: dataset, wantsMask: wantsMasks)
    }
    for (id, finding) in zip(ids, findings) {
      switch finding {
      case .picture:
        pictures += 1
        if wantsMasks { unmasked.append(id) }
      case .wrong(let error): errors.append(error)
      case .mask(let histogram, let labels):
        pictures += 1
        masks += 1
        for value in 0..<256 { pixels[value] += histogram[value] }
        for label in labels { named[label] += 1 }
        if extra == nil,
          let index = named.indices.first(where: { histogram[$0 + 1] > 0 && !labels.contains($0) })
        {
          extra = (id, index)
        }
      }
    }
  }

  private static func look(at id: String, of dataset: any Dataset, wantsMask: Bool) -> Finding {
    do throws(DatasetError) {
      let sample = try dataset.sample(id, wantsMask: wantsMask)
      guard let mask = sample.mask else { return .picture }
      return .mask(histogram: mask.histogram, labels: sample.labels)
    } catch {
      return .wrong(error)
    }
  }

  /// The classes that labels name and no mask shows.
  var unseen: [Int] { named.indices.filter { named[$0] > 0 && pixels[$0 + 1] == 0 } }

  /// The share of all pixels of masks that is to be ignored, 0...1.
  var ignoredShare: Double { Double(pixels[255]) / Double(max(1, pixels.reduce(0, +))) }
}

import Foundation
import Imaging

/// The memory that the prediction of a large picture takes at least, so that one which cannot fit is refused
/// with a line before it is begun.
struct PredictionMemory {
  /// Smaller pictures are not looked at, in pixels.
  private static let large = 1 << 22

  /// What a forward pass of a square tells of a network.
  struct Network {
    let classes: Int
    /// The memory of all tensors.
    let bytes: Int
    /// The square's pixels.
    let area: Int
  }

  private let image: Image
  private let scales: [Float]
  private let options: EvaluateOptions
  private let isMerged: Bool
  private let isRefined: Bool

  /// The prediction of `image` over these scales; `isRefined` if refiners get all pixels' probabilities.
  init(_ image: Image, scales: [Float], flip: Bool, _ options: EvaluateOptions, isRefined: Bool = false) {
    self.image = image
    self.scales = flip ? scales + scales : scales
    self.options = options
    isMerged = self.scales.count > 1
    self.isRefined = isRefined
  }

  /// Refuses a picture for which the memory that is free does not suffice; `probe` makes a forward pass.
  ///
  /// - Throws: `RunError.notEnoughMemory`.
  func require(_ name: String, _ probe: (_ side: Int) -> Network) throws(RunError) {
    guard image.width * image.height > Self.large else { return }
    let network = probe(options.window == 0 ? 512 : options.window)
    guard let free = FreeMemory.bytes else { return }
    // What the probe has taken is used again.
    let (needed, available) = (bytes(of: network), free + network.bytes)
    guard needed > available else { return }
    throw .notEnoughMemory(
      image: name, pixels: "\(image.width) × \(image.height) pixels with \(network.classes) classes",
      needed: needed, available: available, remedy: remedy)
  }

  /// The bytes of activations, of class scores, and of what refiners keep.
  func bytes(of network: Network) -> Int {
    let largest = scales.map { scale in
      let size = options.viewSize(of: image, scale: scale)
      let grid = WindowGrid(imageHeight: size.height, imageWidth: size.width, side: options.window)
      return grid.height * grid.width
    }.max()
    let share = Double(largest ?? 0) / Double(network.area)
    return Int(Double(network.bytes) * share) + bytes(classes: network.classes)
  }

  private func bytes(classes: Int) -> Int {
    let value = 4 * classes
    let strip = Predictor.stripHeight(of: image)
    let views = scales.reduce(0) { sum, scale in
      let size = options.viewSize(of: image, scale: scale)
      let grid = WindowGrid(imageHeight: size.height, imageWidth: size.width, side: options.window)
      // The input and the resized scores of a whole view; else the lines of a row of windows.
      let own =
        grid.isSingle
        ? size.height * size.width * (12 + value) : min(size.height, grid.height + strip) * size.width * value
      return sum + own
    }
    let strips = strip * image.width * value * (scales.count + 2)
    // Unary energies, marginals and their like, and the lattice's corners and weights.
    let refinement = isRefined ? image.width * image.height * (6 * value + 100) : 0
    return views + strips + image.width * image.height + refinement
  }

  private var remedy: String {
    if isRefined { return "set evaluate.refine to [], or evaluate.base_size" }
    if options.window == 0 { return "set evaluate.window, or scale the picture down" }
    return isMerged ? "predict it at one scale, or scale it down" : "scale the picture down"
  }
}

/// How much memory the process can still get.
enum FreeMemory {
  /// The bytes that system, control group and resource limits still allow; `nil` if none of them says.
  static var bytes: Int? {
    [system, addressSpace, group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")]
      .compactMap(\.self).min()
  }

  private static var system: Int? {
    field("MemAvailable:", of: "/proc/meminfo").map { $0 << 10 }
  }

  /// What is left of the address space, counting only what is in use of what is reserved.
  private static var addressSpace: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max),
      let used = field("VmRSS:", of: "/proc/self/status")
    else { return nil }
    return max(0, Int(limit.rlim_cur) - used << 10)
  }

  private static func group(_ limit: String, _ usage: String) -> Int? {
    guard let limit = number(in: limit), let usage = number(in: usage) else { return nil }
    return max(0, limit - usage)
  }

  private static func number(in path: String) -> Int? {
    text(of: path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The number behind a word at the beginning of a line, in kilobytes.
  private static func field(_ name: String, of path: String) -> Int? {
    let line = text(of: path)?.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  private static func text(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}

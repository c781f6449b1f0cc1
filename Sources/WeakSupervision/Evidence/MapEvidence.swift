import Autograd
public import Imaging

/// What a classifier still sees of a class where only the region that its map shows is left of a picture,
/// and where that region is taken out.
///
/// The region is the top of the class's map, of the same area for every map, so that neither a threshold nor
/// the scale of the values matters. What is taken out is replaced by a strongly blurred copy. A map on the
/// object keeps the score within it and takes it away with it; an inverted one does neither
/// (after Petsiuk et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018).
public struct MapEvidence: Sendable {
  /// The areas of the regions, as shares of the picture, 0 to 1.
  public var areas: [Float] = [0.1, 0.3]
  /// The longest side of the masked pictures, in pixels.
  public var side = 192
  /// The probability from which a class counts as seen in the whole picture, 0 to 1.
  public var seen: Float = 0.5
  /// The deviation of the blur, as a share of the longest side.
  public var blur: Float = 0.1

  /// Evidence at the areas and the size of the defaults.
  public init() {}

  /// The evidence for each class of the maps that the classifier sees in the whole picture.
  public func callAsFunction(
    _ image: Image, _ maps: ClassMaps, of classifier: any Classifier
  ) -> [ClassEvidence] {
    evidence(image, maps, of: classifier, regions: regions)
  }

  /// The same where the regions are those above each of `thresholds`, values of class maps, in place of
  /// `areas`; the shares are by threshold.
  public func callAsFunction(
    _ image: Image, _ maps: ClassMaps, above thresholds: [Float], of classifier: any Classifier
  ) -> [ClassEvidence] {
    evidence(image, maps, of: classifier) { map in
      thresholds.map { threshold in map.map { $0 > threshold ? 1 : 0 } }
    }
  }

  /// The evidence in what `regions` makes of the values of a map: masks of 1 within and 0 outside.
  private func evidence(
    _ image: Image, _ maps: ClassMaps, of classifier: any Classifier, regions: ([Float]) -> [[Float]]
  ) -> [ClassEvidence] {
    guard !maps.classes.isEmpty else { return [] }
    let (height, width) = size(of: image, multiple: classifier.inputMultiple)
    let scaled = image.resized(width: width, height: height, .bilinear)
    let picture = scaled.tensor(classifier.normalization)
    let whole = Self.probabilities([picture], maps.classes, of: classifier)[0]
    let indices = maps.classes.indices.filter { whole[$0] > seen }
    guard !indices.isEmpty else { return [] }
    let blurred = scaled.blurred(radius: blur * Float(max(height, width))).tensor(classifier.normalization)
    let resized = maps.maps.reshaped(to: [1, maps.maps.shape[0], maps.maps.shape[1], maps.classes.count])
      .resized(height: height, width: width, .bilinear)
    var masked: [Tensor] = []
    for index in indices {
      for region in regions(resized.gathered([index], axis: 3).scalars) {
        let mask = Tensor(region, shape: [height, width, 1])
        let outside = Tensor(region.map { 1 - $0 }, shape: [height, width, 1])
        masked.append(picture * mask + blurred * outside)
        masked.append(blurred * mask + picture * outside)
      }
    }
    let found = Self.probabilities(masked, maps.classes, of: classifier)
    let count = masked.count / (2 * indices.count)
    return indices.enumerated().map { place, index in
      func survived(_ part: Int) -> [Float] {
        (0..<count).map { found[2 * (place * count + $0) + part][index] / whole[index] }
      }
      return ClassEvidence(classIndex: maps.classes[index], kept: survived(0), removed: survived(1))
    }
  }

  /// Height and width of the masked pictures: at most `side`, multiples of what the network takes.
  private func size(of image: Image, multiple: Int) -> (height: Int, width: Int) {
    let scale = min(1, Float(side) / Float(max(image.height, image.width)))
    func rounded(_ own: Int) -> Int {
      max(1, Int((Float(own) * scale / Float(multiple)).rounded())) * multiple
    }
    return (rounded(image.height), rounded(image.width))
  }

  /// The top of a map at each area, 1 within and 0 outside; of equal values the first ones count.
  private func regions(_ map: [Float]) -> [[Float]] {
    let order = map.indices.sorted { (-map[$0], $0) < (-map[$1], $1) }
    return areas.map { area in
      var mask = [Float](repeating: 0, count: map.count)
      for index in order.prefix(Int((area * Float(map.count)).rounded())) { mask[index] = 1 }
      return mask
    }
  }

  /// The probabilities of `classes` in each of the pictures `[height, width, 3]`.
  private static func probabilities(
    _ pictures: [Tensor], _ classes: [Int], of classifier: any Classifier
  ) -> [[Float]] {
    stride(from: 0, to: pictures.count, by: batch).flatMap { first -> [[Float]] in
      let part = pictures[first..<min(first + batch, pictures.count)]
      let images = Tensor.concatenated(
        part.map { $0.reshaped(to: [1, $0.shape[0], $0.shape[1], 3]) }, axis: 0)
      let found = classifier.logits(classifier.features(images)).sigmoid().gathered(classes, axis: 1).scalars
      return part.indices.map { index in
        Array(found[(index - first) * classes.count..<(index - first + 1) * classes.count])
      }
    }
  }

  /// As many pictures as are classified at once.
  private static let batch = 16
}

/// How much of a class's score survives when the region that its map shows is kept, and when it is removed.
public struct ClassEvidence: Sendable {
  /// The class, counted from 0 without the background.
  public let classIndex: Int
  /// The share of the whole picture's probability that is left where only the region is, by area.
  public let kept: [Float]
  /// The share that is left where the region is taken out, by area.
  public let removed: [Float]

  /// Evidence of these shares.
  public init(classIndex: Int, kept: [Float], removed: [Float]) {
    self.classIndex = classIndex
    self.kept = kept
    self.removed = removed
  }

  /// How much more of the score the region holds than what is around it: the mean of `kept − removed` over
  /// the areas.
  public var difference: Float {
    zip(kept, removed).map { $0 - $1 }.reduce(0, +) / Float(max(kept.count, 1))
  }
}

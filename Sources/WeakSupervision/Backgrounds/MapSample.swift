import Autograd

/// Class maps of training images beside their photographs, as rules for the background ask for them.
public struct MapSample {
  /// The number of images.
  public let count: Int
  /// The network that made the maps; `nil` where it is not at hand.
  public let network: MapNetwork?
  private let element: (_ index: Int) throws -> LabelingInput

  /// A sample of `count` images that `element` reads.
  public init(
    count: Int, network: MapNetwork? = nil, element: @escaping (_ index: Int) throws -> LabelingInput
  ) {
    self.count = count
    self.network = network
    self.element = element
  }

  /// At most `limit` of the images, at even distances.
  public func spread(_ limit: Int) -> MapSample {
    guard count > limit else { return self }
    return MapSample(count: limit, network: network) { [count, element] in
      try element($0 * count / limit)
    }
  }

  /// What `body` makes of each image that shows a class, in order; several at a time on all cores.
  ///
  /// - Throws: what reading an image throws.
  public func map<Output: Sendable>(
    _ body: @Sendable (LabelingInput) -> Output
  ) throws -> [Output] {
    let block = 4 * Parallel.coreCount
    var outputs: [Output] = []
    for first in stride(from: 0, to: count, by: block) {
      let inputs = try (first..<min(count, first + block)).map(element).filter { !$0.maps.classes.isEmpty }
      outputs += Parallel.map(inputs.count) { body(inputs[$0]) }
    }
    return outputs
  }

  /// Calls `body` with each image that shows a class and the network behind the maps, one after another.
  ///
  /// - Throws: what reading an image throws.
  /// - Precondition: the network is at hand; `rule` asks for it.
  func forEach(askedBy rule: String, _ body: (LabelingInput, MapNetwork) -> Void) throws {
    guard let network else { preconditionFailure("\(rule): there is no network behind the maps") }
    for index in 0..<count {
      let input = try element(index)
      if !input.maps.classes.isEmpty { body(input, network) }
    }
  }
}

public import Autograd

/// The feature maps of one pass of a backbone, by name, from the input to the output.
///
/// Every map is `[batch, height, width, channels]`, those of transformers included.
public struct FeatureMaps {
  private struct Entry {
    let name: String
    /// What the network computed: the map itself, or the tokens of a transformer.
    let source: Tensor
    /// The grid of the patch tokens that stand at the end of `source`, or `nil` for a map.
    let grid: (height: Int, width: Int)?

    /// The patch part of a tensor like `source` as a map.
    func map(_ source: Tensor) -> Tensor {
      guard let grid else { return source }
      let patches = grid.height * grid.width
      let tokens = source.shape[1]
      let part = tokens == patches ? source : source.slice(axis: 1, tokens - patches..<tokens)
      return part.reshaped(to: [source.shape[0], grid.height, grid.width, source.shape[2]])
    }
  }

  private var entries: [Entry] = []
  /// The class token of the last block `[batch, channels]`, or `nil` for networks without one.
  public var classToken: Tensor?
  /// How much each token attends to each other in each block, `[batch, heads, tokens, tokens]`; empty where
  /// it was not asked for.
  public var attention: [Tensor] = []

  /// No maps yet.
  public init() {}

  /// The names, from the input to the output.
  public var names: [String] { entries.map(\.name) }

  /// The map called `name`.
  ///
  /// - Precondition: the backbone has it.
  public subscript(name: String) -> Tensor {
    let entry = entry(name)
    return entry.map(entry.source)
  }

  /// The last map.
  public var last: Tensor { self[entries[entries.count - 1].name] }

  /// The tensor that the network went on computing with: the map itself, or the tokens
  /// `[batch, tokens, channels]` of a transformer.
  ///
  /// Gradients of a later scalar exist for this tensor; `self[name]` of a transformer is a view beside the
  /// path.
  public func source(_ name: String) -> Tensor { entry(name).source }

  /// The gradient of the map called `name`, `[batch, height, width, channels]`, or `nil` if the scalar does
  /// not depend on it.
  public func gradient(_ name: String, in gradients: Gradients) -> Tensor? {
    let entry = entry(name)
    return gradients[entry.source].map(entry.map)
  }

  /// The same values without their history.
  public func detached() -> FeatureMaps {
    var copy = FeatureMaps()
    copy.entries = entries.map { Entry(name: $0.name, source: $0.source.detached(), grid: $0.grid) }
    copy.classToken = classToken?.detached()
    copy.attention = attention.map { $0.detached() }
    return copy
  }

  /// Appends a map `[batch, height, width, channels]`.
  public mutating func append(_ name: String, _ map: Tensor) {
    entries.append(Entry(name: name, source: map, grid: nil))
  }

  /// Appends the tokens of a transformer, whose last `height · width` are the patches, row by row.
  public mutating func append(_ name: String, tokens: Tensor, height: Int, width: Int) {
    entries.append(Entry(name: name, source: tokens, grid: (height, width)))
  }

  private func entry(_ name: String) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      preconditionFailure("features: there is no map \(name); there are \(names.joined(separator: ", "))")
    }
    return entry
  }
}

import Autograd
import Configuration
import Models

/// The tokens whose attention is shown.
public enum TokenRows: String, Codable, Sendable, CaseIterable {
  /// Those that the classifier reads: the class token, or the mean of the patches.
  case read
  case classToken = "class-token"
  /// The mean of all patches.
  case patches
}

extension Capture {
  /// The grid of the patch tokens.
  private var grid: (height: Int, width: Int) {
    let patch = attention.isEmpty ? 1 : classifier.attention?.patch ?? 1
    return (images.shape[1] / patch, images.shape[2] / patch)
  }

  /// How much each token counts among `rows`, `[1, 1, tokens]`; adds up to 1.
  func share(of rows: TokenRows) -> Tensor {
    let tokens = attention.first?.shape[3] ?? 0
    let patches = grid.height * grid.width
    let readsClassToken = rows == .classToken || (rows == .read && classifier.readsClassToken)
    return Tensor(shape: [1, 1, tokens]) { out in
      for index in out.indices {
        let isPatch = index >= tokens - patches
        out[index] = readsClassToken ? (index == 0 ? 1 : 0) : (isPatch ? 1 / Float(patches) : 0)
      }
    }
  }

  /// Maps of patches, `[count, height, width]`, from what tokens have, `[count, …, tokens]`.
  func patchMap(_ tokens: Tensor) -> Tensor {
    let (count, length) = (tokens.shape[0], tokens.shape[tokens.rank - 1])
    let patches = grid.height * grid.width
    return tokens.reshaped(to: [count, length]).slice(axis: 1, length - patches..<length)
      .reshaped(to: [count, grid.height, grid.width])
  }
}

extension Explainer {
  /// Refuses networks without attention, and rows of a class token where there is none.
  ///
  /// - Throws: `ConfigurationError.invalid`.
  func requireAttention(
    _ backbone: any BackboneOptions, rows: TokenRows = .read
  ) throws(ConfigurationError) {
    let network = type(of: backbone).name
    guard backbone.attentionDepth > 0 else {
      throw .invalid("", "is \(Self.name), but \(network) has no attention; use grad-cam")
    }
    guard rows != .classToken || backbone.hasClassToken else {
      throw .invalid("rows", "is class-token, but \(network) has none; use patches")
    }
  }

  /// Refuses networks without rectifiers.
  ///
  /// - Throws: `ConfigurationError.invalid`.
  func requireRectifiers(_ backbone: any BackboneOptions) throws(ConfigurationError) {
    guard backbone.hasRectifiers else {
      throw .invalid(
        "",
        "is \(Self.name), a rule for rectifiers, but \(type(of: backbone).name) has none; use gradient")
    }
  }
}

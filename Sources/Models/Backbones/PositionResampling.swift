import Autograd

/// How a position embedding is resized to a grid that it was not made for.
public enum PositionResampling: String, Codable, Sendable, CaseIterable {
  /// Keys' cubic with a = −0.75, without smoothing (ToCo, DeiT, DINO).
  case bicubic
  /// Keys' cubic with a = −0.5, smoothed where the grid shrinks (timm's `dynamic_img_size` and `img_size`).
  case antialiased

  /// A position embedding `[1, 1 + grid · grid, channels]`, the class token first, for `height` × `width`
  /// patches.
  func resized(_ positions: Tensor, from grid: Int, height: Int, width: Int) -> Tensor {
    let channels = positions.shape[2]
    let patches = positions.slice(axis: 1, 1..<grid * grid + 1).reshaped(to: [1, grid, grid, channels])
      .resized(height: height, width: width, self == .bicubic ? .bicubic : .bicubicAntialiased)
    return .concatenated(
      [positions.slice(axis: 1, 0..<1), patches.reshaped(to: [1, height * width, channels])], axis: 1)
  }

  /// The side of the square grid of so many tokens, one of which is the class token; `nil` if there is none.
  static func grid(of tokens: Int) -> Int? {
    let side = Int(Double(max(tokens - 1, 0)).squareRoot().rounded())
    return side > 0 && side * side == tokens - 1 ? side : nil
  }
}

extension Tensor {
  /// The values with their signs changed.
  public static prefix func - (x: Tensor) -> Tensor {
    Elementwise.map(x, Scaling(factor: -1)).recorded("negate", from: x) { -$0 }
  }
}

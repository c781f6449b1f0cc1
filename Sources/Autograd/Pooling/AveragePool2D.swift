extension Tensor {
  /// The mean of each window of `[batch, height, width, channels]`, as PyTorch's `avg_pool2d`.
  ///
  /// Padding counts as zeros, in the sum and in the number of values.
  ///
  /// - Precondition: the padding is at most half the window, and the window fits into the padded map.
  public func averagePool2D(window: Int, stride: Int, padding: Int = 0) -> Tensor {
    precondition(
      2 * padding <= window, "averagePool2D: padding \(padding) is more than half the window \(window)")
    let geometry = WindowGeometry(
      "averagePool2D", input: shape, windowHeight: window, windowWidth: window, stride: stride,
      padding: padding)
    let inputShape = shape
    return AveragePooling.forward(detached(), geometry).recorded("averagePool2D", from: self) { gradient in
      AveragePooling.inputGradient(gradient, geometry, shape: inputShape)
    }
  }
}

extension Tensor {
  /// The maximum in each window of `[batch, height, width, channels]`, as PyTorch's `max_pool2d`.
  ///
  /// Padding never wins. With `ceilMode` a last window that hangs over the edge counts, too. The gradient
  /// goes to the first of equal values.
  ///
  /// - Precondition: the padding is at most half the window, and the window fits into the padded map.
  public func maxPool2D(window: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false) -> Tensor {
    precondition(
      2 * padding <= window, "maxPool2D: padding \(padding) is more than half the window \(window)")
    let geometry = WindowGeometry(
      "maxPool2D", input: shape, windowHeight: window, windowWidth: window, stride: stride,
      padding: padding, ceilMode: ceilMode)
    let (output, winners) = MaxPooling.forward(detached(), geometry)
    let inputShape = shape
    return output.recorded("maxPool2D", from: self) { gradient in
      MaxPooling.inputGradient(gradient, winners: winners, geometry, shape: inputShape)
    }
  }
}

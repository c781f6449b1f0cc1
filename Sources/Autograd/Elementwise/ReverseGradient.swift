extension Tensor {
  /// The same values, whose gradient is multiplied by `-scale` on its way back.
  ///
  /// Ganin and Lempitsky, "Unsupervised domain adaptation by backpropagation", ICML 2015.
  public func reversingGradient(scale: Float = 1) -> Tensor {
    detached().recorded("reverseGradient", from: self) { $0 * -scale }
  }
}

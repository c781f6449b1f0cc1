/// How a sliding window meets a feature map `[batch, height, width, channels]`.
struct WindowGeometry: Sendable {
  let batch: Int
  let height: Int
  let width: Int
  let channels: Int
  let windowHeight: Int
  let windowWidth: Int
  let stride: Int
  let padding: Int
  let dilation: Int
  let outputHeight: Int
  let outputWidth: Int

  /// - Precondition: `input` has four axes, and the window fits into the padded map at least once.
  init(
    _ operation: String, input: Shape, windowHeight: Int, windowWidth: Int, stride: Int, padding: Int,
    dilation: Int = 1, ceilMode: Bool = false
  ) {
    precondition(
      input.rank == 4, "\(operation): the input \(input) must be [batch, height, width, channels]")
    precondition(
      stride > 0 && padding >= 0 && dilation > 0,
      "\(operation): stride \(stride), padding \(padding) and dilation \(dilation) must be positive")
    func extent(_ input: Int, _ window: Int) -> Int {
      let room = input + 2 * padding - dilation * (window - 1) - 1
      precondition(
        room >= 0, "\(operation): a window of \(window) does not fit into \(input) with padding \(padding)")
      guard ceilMode else { return room / stride + 1 }
      let output = (room + stride - 1) / stride + 1
      // As in PyTorch: no window may start beyond the input and its left padding.
      return (output - 1) * stride >= input + padding ? output - 1 : output
    }
    (batch, height, width, channels) = (input[0], input[1], input[2], input[3])
    self.windowHeight = windowHeight
    self.windowWidth = windowWidth
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    outputHeight = extent(input[1], windowHeight)
    outputWidth = extent(input[2], windowWidth)
  }

  /// The number of output positions of one image.
  var outputPixels: Int { outputHeight * outputWidth }

  /// The number of positions of the window.
  var taps: Int { windowHeight * windowWidth }
}

/// How a sliding window meets a feature map `[batch, height, width, channels]`.
struct WindowGeometry: Sendable {
  let batch: Int
  let height: Int
  let width: Int
  let channels: Int
  let windowHeight: Int
  let windowWidth: Int
  let stride: Int
  /// The zeros above and below the map.
  let vertical: WindowMargin
  /// The zeros to the left and to the right of the map.
  let horizontal: WindowMargin
  let dilation: Int
  let outputHeight: Int
  let outputWidth: Int

  /// - Precondition: `input` has four axes, and the window fits into the padded map at least once.
  init(
    _ operation: String, input: Shape, windowHeight: Int, windowWidth: Int, stride: Int,
    padding: WindowPadding, dilation: Int = 1, ceilMode: Bool = false
  ) {
    precondition(
      input.rank == 4, "\(operation): the input \(input) must be [batch, height, width, channels]")
    precondition(
      stride > 0 && dilation > 0 && padding.isLegal,
      "\(operation): stride \(stride), padding \(padding) and dilation \(dilation) must be positive")
    func extent(_ input: Int, _ window: Int, _ margin: WindowMargin) -> Int {
      let room = input + margin.total - dilation * (window - 1) - 1
      precondition(
        room >= 0, "\(operation): a window of \(window) does not fit into \(input) with padding \(padding)")
      guard ceilMode else { return room / stride + 1 }
      let output = (room + stride - 1) / stride + 1
      // As in PyTorch: no window may start beyond the input and its left padding.
      return (output - 1) * stride >= input + margin.before ? output - 1 : output
    }
    (batch, height, width, channels) = (input[0], input[1], input[2], input[3])
    self.windowHeight = windowHeight
    self.windowWidth = windowWidth
    self.stride = stride
    self.dilation = dilation
    vertical = padding.margin(extent: input[1], window: dilation * (windowHeight - 1) + 1, stride: stride)
    horizontal = padding.margin(extent: input[2], window: dilation * (windowWidth - 1) + 1, stride: stride)
    outputHeight = extent(input[1], windowHeight, vertical)
    outputWidth = extent(input[2], windowWidth, horizontal)
  }

  /// The zeros on each side, where there are as many on all four.
  var padding: Int { vertical.before }

  /// The number of output positions of one image.
  var outputPixels: Int { outputHeight * outputWidth }

  /// The number of positions of the window.
  var taps: Int { windowHeight * windowWidth }
}

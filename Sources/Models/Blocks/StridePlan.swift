/// The strides and dilations of a network's stages for a wanted output stride.
///
/// Stages that would step beyond it keep their resolution. With `dilated`, the windows behind such a stage
/// are spread by its stride instead, so that they see what they were trained to see; the first block of the
/// stage itself still has the dilation before it (torchvision's `replace_stride_with_dilation`).
struct StridePlan {
  /// One stage's geometry.
  struct Stage {
    /// The stride of the first block.
    let stride: Int
    /// The dilation of the first block.
    let firstDilation: Int
    /// The dilation of the other blocks.
    let dilation: Int
    /// Input pixels per step of the stage's output.
    let totalStride: Int
  }

  let stages: [Stage]

  /// A plan for stages with `strides` behind a stem of stride `stem`.
  init(stem: Int, strides: [Int], outputStride: Int, dilated: Bool) {
    var (total, dilation) = (stem, 1)
    stages = strides.map { wanted in
      let first = dilation
      let stride = total * wanted <= outputStride ? wanted : 1
      if stride != wanted, dilated { dilation *= wanted }
      total *= stride
      return Stage(stride: stride, firstDilation: first, dilation: dilation, totalStride: total)
    }
  }
}

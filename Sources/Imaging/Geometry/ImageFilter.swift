import Foundation

/// How a picture is brought to another size.
public enum ImageFilter: Sendable, CaseIterable {
  /// The input pixel under the centre of the output pixel, as Pillow's `NEAREST`.
  case nearest
  /// The triangle kernel, widened when shrinking (no aliasing): the bytes of Pillow's `BILINEAR`.
  case bilinear
  /// The Keys kernel with a = −0.5, widened when shrinking: the bytes of Pillow's `BICUBIC`.
  case bicubic
  /// Two taps per axis at any size, so shrinking aliases: PyTorch's `interpolate(mode="bilinear")` with
  /// half-pixel centres, rounded to the nearest byte. OpenCV's `INTER_LINEAR` differs by rounding only.
  case bilinearPlain
}

/// The kernel of Pillow's `BILINEAR`.
func triangle(_ x: Double) -> Double { max(0, 1 - abs(x)) }

/// The kernel of Pillow's `BICUBIC`: Keys, "Cubic convolution interpolation" (1981), a = −0.5.
func keys(_ x: Double) -> Double {
  let a = -0.5
  let x = abs(x)
  if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

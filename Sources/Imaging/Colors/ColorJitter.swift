import Autograd
import Foundation

extension Image {
  /// Brighter or darker: a mix with black, v · factor, as torchvision's `adjust_brightness` on Pillow images.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing.
  public func adjustingBrightness(_ factor: Float) -> Image {
    blended(with: { _, _, _ in (0, 0, 0) }, factor)
  }

  /// More or less contrast: a mix with the mean grey level, as torchvision's `adjust_contrast`.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing, 0 leaves plain grey.
  public func adjustingContrast(_ factor: Float) -> Image {
    var sum = 0
    pixels.withUnsafeBufferPointer { pixels in
      for index in stride(from: 0, to: pixels.count, by: 3) {
        sum += Int(luma(pixels[index], pixels[index + 1], pixels[index + 2]))
      }
    }
    let mean = Int32(Double(sum) / Double(width * height) + 0.5)
    return blended(with: { _, _, _ in (mean, mean, mean) }, factor)
  }

  /// Richer or paler colours: a mix with the pixel's own grey level, as torchvision's `adjust_saturation`.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing, 0 leaves a grey picture.
  public func adjustingSaturation(_ factor: Float) -> Image {
    blended(
      with: { red, green, blue in
        let grey = luma(red, green, blue)
        return (grey, grey, grey)
      }, factor)
  }

  /// The grey level of each pixel in all three channels: ITU-R 601-2, as Pillow's `convert("L")`.
  public var grey: Image { adjustingSaturation(0) }

  /// Pillow's `Image.blend`: other + (self − other) · factor in single precision, cut to whole numbers.
  private func blended(
    with other: (UInt8, UInt8, UInt8) -> (Int32, Int32, Int32), _ factor: Float
  ) -> Image {
    precondition(factor >= 0, "color: the factor \(factor) is negative")
    if factor == 1 { return self }
    return Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        for index in stride(from: 0, to: pixels.count, by: 3) {
          let target = other(pixels[index], pixels[index + 1], pixels[index + 2])
          out[index] = mix(target.0, pixels[index], factor)
          out[index + 1] = mix(target.1, pixels[index + 1], factor)
          out[index + 2] = mix(target.2, pixels[index + 2], factor)
        }
      }
    }
  }
}

@inline(__always)
private func mix(_ from: Int32, _ to: UInt8, _ factor: Float) -> UInt8 {
  let value = Float(from) + factor * Float(Int32(to) - from)
  return UInt8(min(max(value, 0), 255))
}

/// Pillow's `L24`: weights 0.299, 0.587, 0.114 in 16 binary places.
@inline(__always)
private func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
  (Int32(red) * 19595 + Int32(green) * 38470 + Int32(blue) * 7471 + 0x8000) >> 16
}

extension Image {
  /// The hue turned by `turn` of a full circle, as torchvision's `adjust_hue` on Pillow images.
  ///
  /// Hue, saturation and value are bytes in between, as in Pillow's HSV mode.
  ///
  /// - Precondition: `turn` is within −0.5…0.5.
  public func adjustingHue(_ turn: Float) -> Image {
    precondition((-0.5...0.5).contains(turn), "color: the turn of the hue \(turn) is outside -0.5…0.5")
    let shift = UInt8(truncatingIfNeeded: Int(Double(turn) * 255))
    return Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        for index in stride(from: 0, to: pixels.count, by: 3) {
          var color = HSV(Color(pixels[index], pixels[index + 1], pixels[index + 2]))
          color.hue &+= shift
          let turned = color.rgb
          out[index] = turned.red
          out[index + 1] = turned.green
          out[index + 2] = turned.blue
        }
      }
    }
  }
}

/// A colour as Pillow's HSV mode stores it; hue 255 is a full circle.
struct HSV {
  var hue: UInt8
  var saturation: UInt8
  var value: UInt8

  /// `rgb2hsv_row` of Pillow's `Convert.c`, with its mixture of single and double precision.
  init(_ color: Color) {
    let high = max(color.red, color.green, color.blue)
    let low = min(color.red, color.green, color.blue)
    value = high
    guard high != low else {
      (hue, saturation) = (0, 0)
      return
    }
    let range = Float(high - low)
    let red = Float(high - color.red) / range
    let green = Float(high - color.green) / range
    let blue = Float(high - color.blue) / range
    let sector: Float
    if color.red == high {
      sector = blue - green
    } else if color.green == high {
      sector = Float(2.0 + Double(red) - Double(blue))
    } else {
      sector = Float(4.0 + Double(green) - Double(red))
    }
    let angle = Float((Double(sector) / 6 + 1).truncatingRemainder(dividingBy: 1))
    hue = UInt8(min(max(Double(angle) * 255, 0), 255))
    saturation = UInt8(Double(range / Float(high)) * 255)
  }

  /// `hsv2rgb` of Pillow's `Convert.c`.
  var rgb: Color {
    guard saturation > 0 else { return Color(value, value, value) }
    let angle = Double(Float(hue)) * 6 / 255
    let sector = angle.rounded(.down)
    let rest = Double(Float(angle - sector))
    let share = Double(Float(Double(Float(saturation)) / 255))
    func level(_ part: Double) -> UInt8 {
      UInt8(min(max((Double(value) * (1 - part)).rounded(), 0), 255))
    }
    let (p, q, t) = (level(share), level(share * rest), level(share * (1 - rest)))
    return switch Int(sector) % 6 {
    case 0: Color(value, t, p)
    case 1: Color(q, value, p)
    case 2: Color(p, value, t)
    case 3: Color(p, q, value)
    case 4: Color(t, p, value)
    default: Color(value, p, q)
    }
  }
}

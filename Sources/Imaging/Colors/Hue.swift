import Foundation

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

/// Curves over 0 … 1 in one frame, each over its own range, with the places that are marked on them.
public struct CurvePlot: Sendable {
  /// One curve.
  public struct Curve: Sendable {
    /// What the legend calls it.
    public let name: String
    /// Its points, from left to right; x in 0 … 1.
    public let points: [(x: Double, y: Double)]
    /// The x of a vertical line in its colour; `nil` for none.
    public let mark: Double?

    /// A curve.
    public init(_ name: String, _ points: [(x: Double, y: Double)], mark: Double? = nil) {
      self.name = name
      self.points = points
      self.mark = mark
    }
  }

  /// The curves, of which the first two have colours of their own.
  public let curves: [Curve]
  /// What stands below the frame.
  public let caption: String

  private static let (width, height, margin) = (420, 260, 12)
  private static let colors = [Color(196, 64, 48), Color(40, 92, 180), Color(60, 140, 70)]

  /// A plot of curves.
  public init(_ curves: [Curve], caption: String = "") {
    self.curves = curves
    self.caption = caption
  }

  /// The finished plot.
  public var image: Image {
    let line = BitmapFont.lineHeight + 4
    let total = Self.height + 2 * Self.margin + line * (curves.count + 2)
    let texts = curves.map { Image.textSize(label(of: $0)).width + 14 } + [Image.textSize(caption).width]
    let width = max(Self.width, texts.max() ?? 0) + 2 * Self.margin
    var canvas = Image(width: width, height: total, color: .white)
    drawFrame(on: &canvas)
    for (index, curve) in curves.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      draw(curve, color, on: &canvas)
      let y = Self.height + 2 * Self.margin + line * (index + 1)
      canvas.fill(x: Self.margin, y: y, width: 10, height: 10, color: color)
      canvas.draw(label(of: curve), x: Self.margin + 14, y: y + 2)
    }
    canvas.draw(caption, x: Self.margin, y: total - line)
    return canvas
  }

  /// The name, the range, and what is marked.
  private func label(of curve: Curve) -> String {
    let values = curve.points.map(\.y)
    guard let low = values.min(), let high = values.max() else { return curve.name }
    let range = "\(Self.short(low)) to \(Self.short(high))"
    return curve.name + ": " + range + (curve.mark.map { ", marked at \(Self.short($0))" } ?? "")
  }

  private static func short(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded.isFinite ? "\(rounded)" : "none"
  }

  private func drawFrame(on canvas: inout Image) {
    let (left, top) = (Self.margin, Self.margin)
    canvas.fill(x: left, y: top, width: Self.width, height: Self.height, color: Color(120, 120, 120))
    canvas.fill(x: left + 1, y: top + 1, width: Self.width - 2, height: Self.height - 2, color: .white)
    for tenth in 0...10 {
      let x = left + tenth * (Self.width - 1) / 10
      if 1...9 ~= tenth {
        canvas.fill(x: x, y: top + 1, width: 1, height: Self.height - 2, color: Color(228, 228, 228))
      }
      if tenth % 2 == 0 {
        let text = tenth == 0 ? "0" : tenth == 10 ? "1" : "0.\(tenth)"
        canvas.draw(text, x: max(left, x - Image.textSize(text).width / 2), y: top + Self.height + 3)
      }
    }
  }

  private func draw(_ curve: Curve, _ color: Color, on canvas: inout Image) {
    let finite = curve.points.filter { $0.y.isFinite && 0...1 ~= $0.x }
    if let mark = curve.mark, 0...1 ~= mark {
      let x = Self.margin + Int((mark * Double(Self.width - 1)).rounded())
      for y in stride(from: Self.margin + 1, to: Self.margin + Self.height - 1, by: 6) {
        canvas.fill(x: x, y: y, width: 1, height: 3, color: color)
      }
    }
    guard let low = finite.map(\.y).min(), let high = finite.map(\.y).max() else { return }
    let span = high > low ? high - low : 1
    let places = finite.map { point in
      (
        x: Double(Self.margin) + point.x * Double(Self.width - 1),
        y: Double(Self.margin + 8) + (1 - (point.y - low) / span) * Double(Self.height - 16)
      )
    }
    for (start, end) in zip(places, places.dropFirst()) {
      let steps = max(1, Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)))
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        let x = start.x + share * (end.x - start.x)
        let y = start.y + share * (end.y - start.y)
        canvas.fill(x: Int(x.rounded()), y: Int(y.rounded()) - 1, width: 2, height: 2, color: color)
      }
    }
  }
}

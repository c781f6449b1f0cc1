/// Bars that compare some things by several yardsticks, each on a scale of its own.
public struct BarPlot: Sendable {
  /// One yardstick.
  public struct Group: Sendable {
    /// What stands above its bars.
    public let title: String
    /// A value for each of the things; `nil` for one without a bar.
    public let values: [Double?]

    /// A yardstick with a value for each thing.
    public init(_ title: String, _ values: [Double?]) {
      self.title = title
      self.values = values
    }
  }

  /// What is compared.
  public let names: [String]
  /// The yardsticks.
  public let groups: [Group]

  private static let (margin, barWidth, barHeight, columns) = (12, 180, 8, 3)
  private static let line = BitmapFont.lineHeight + 4
  private static let colors = [
    Color(40, 92, 180), Color(196, 64, 48), Color(60, 140, 70), Color(150, 90, 170), Color(210, 140, 30),
    Color(70, 150, 160),
  ]

  /// A plot of things by yardsticks.
  public init(names: [String], groups: [Group]) {
    self.names = names
    self.groups = groups
  }

  /// The finished plot, three yardsticks side by side.
  public var image: Image {
    let labels = groups.map { $0.values.map(Self.label) }
    let nameWidth = names.map { Image.textSize($0).width }.max() ?? 0
    let valueWidth = labels.flatMap(\.self).map { Image.textSize($0).width }.max() ?? 0
    let titleWidth = groups.map { Image.textSize(Self.ascii($0.title)).width }.max() ?? 0
    let panelWidth = max(titleWidth, nameWidth + 6 + Self.barWidth + 6 + valueWidth)
    let panelHeight = Self.line * (names.count + 1) + Self.margin
    let rows = (groups.count + Self.columns - 1) / Self.columns
    var canvas = Image(
      width: Self.margin + Self.columns * (panelWidth + 2 * Self.margin),
      height: Self.margin + max(1, rows) * panelHeight, color: .white)
    for (index, group) in groups.enumerated() {
      let left = Self.margin + index % Self.columns * (panelWidth + 2 * Self.margin)
      let top = Self.margin + index / Self.columns * panelHeight
      canvas.draw(Self.ascii(group.title), x: left, y: top)
      draw(group, labels[index], x: left, y: top + Self.line, names: nameWidth, on: &canvas)
    }
    return canvas
  }

  private func draw(
    _ group: Group, _ labels: [String], x: Int, y: Int, names nameWidth: Int, on canvas: inout Image
  ) {
    let finite = group.values.compactMap(\.self).filter(\.isFinite)
    let (low, high) = (min(0, finite.min() ?? 0), max(0, finite.max() ?? 0))
    let extent = high > low ? high - low : 1
    func place(_ value: Double) -> Int { Int(((value - low) / extent * Double(Self.barWidth)).rounded()) }
    for (row, name) in names.enumerated() {
      let top = y + row * Self.line
      let left = x + nameWidth + 6
      canvas.draw(name, x: x, y: top)
      canvas.fill(x: left, y: top, width: Self.barWidth, height: Self.barHeight, color: Color(238, 238, 238))
      if let value = group.values[row], value.isFinite {
        let (start, end) = (min(place(0), place(value)), max(place(0), place(value)))
        let color = Self.colors[row % Self.colors.count]
        canvas.fill(
          x: left + start, y: top, width: max(1, end - start), height: Self.barHeight, color: color)
      }
      canvas.draw(labels[row], x: left + Self.barWidth + 6, y: top)
    }
  }

  /// Three digits behind the point, or as many as there is anything to see.
  private static func label(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "-" }
    let rounded = (value * 1000).rounded() / 1000
    return rounded != 0 || value == 0 ? "\(rounded)" : value < 0 ? "> -0.001" : "< 0.001"
  }

  /// A text in the letters that the built-in font has, with words in place of arrows.
  private static func ascii(_ text: String) -> String {
    var result = text
    for (arrow, word) in [("↑", "(high is good)"), ("↓", "(low is good)"), ("→ 0", "(0 is good)")] {
      result = result.split(separator: arrow, omittingEmptySubsequences: false).joined(separator: word)
    }
    return result
  }
}

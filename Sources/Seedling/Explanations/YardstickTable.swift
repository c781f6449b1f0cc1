import Files
import Imaging
import Metrics
import Reporting

/// The yardsticks of all methods side by side.
struct YardstickTable {
  private let labels: [String]
  private let scores: [MethodScore]

  /// The table of what a judge has found of methods that are called so.
  init(_ labels: [String], _ judge: MapJudge) {
    self.labels = labels
    scores = judge.scores
  }

  /// A row for each yardstick that could judge anything, a column for each method.
  var lines: [String] {
    let rows = rows.map { figures in [figures[0].title] + figures.map { Self.cell($0.value) } }
    let counts = scores.map { "\($0.confidence.drops.count)" }
    return TextTable(
      [.text("yardstick")] + labels.map { .figures($0) }, rows: rows,
      totals: ["pairs of picture and class"] + counts
    ).lines() + footnotes
  }

  /// All yardsticks of each method.
  var json: JSON {
    .object(
      labels.indices.map { method in
        let wins = labels.indices.filter { $0 != method }.map { other in
          (label: labels[other], share: scores[method].confidence.wins(over: scores[other].confidence))
        }
        return JSON.Member(labels[method], scores[method].json(wins: wins))
      })
  }

  /// The yardsticks as bars.
  var chart: Image {
    BarPlot(names: labels, groups: rows.map { .init($0[0].title, $0.map(\.value)) }).image
  }

  /// The figures of all methods by yardsticks, those that nothing was judged by left out.
  private var rows: [[MethodScore.Figure]] {
    let figures = scores.map(\.figures)
    guard let first = figures.first else { return [] }
    return first.indices.map { row in figures.map { $0[row] } }.filter { row in
      row.contains { $0.value != nil }
    }
  }

  private var footnotes: [String] {
    let skipped = rows.contains { row in row.contains { $0.skipped > 0 } }
    return ["↑ high is good, ↓ low is good"]
      + (skipped
        ? ["maps that are constant, or not finite, are left out of what they cannot be judged by"] : [])
  }

  private static func cell(_ value: Double?) -> String { value.map { Formatting.fixed($0, 3) } ?? "—" }
}

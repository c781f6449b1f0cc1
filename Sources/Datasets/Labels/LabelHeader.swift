import Files

/// Which column of a label table holds the images, and whether its first line holds titles.
struct LabelHeader {
  /// The column whose cells are most often names of pictures.
  let imageColumn: Int
  /// The titles of the columns, if the first line holds such.
  private(set) var titles: [String]?
  /// Whether the first line might be a row whose picture is missing, so that people are to be told.
  private(set) var isUncertain = false

  /// Looks at all rows; `pictures` are the names of the images there are.
  init(of rows: [CSV.Row], pictures: Set<String>) {
    let width = min(rows.map(\.fields.count).max() ?? 1, 64)
    let hits = (0..<max(width, 1)).map { column in
      rows.count { $0.fields.count > column && pictures.contains(TextList.id(ofFile: $0.fields[column])) }
    }
    imageColumn = hits.indices.max { (hits[$0], $1) < (hits[$1], $0) } ?? 0
    guard let first = rows.first?.fields, first.count > imageColumn,
      !pictures.contains(TextList.id(ofFile: first[imageColumn])),
      !TextList.hasPictureEnding(first[imageColumn])
    else { return }
    readTitles(first, rows)
  }

  private mutating func readTitles(_ first: [String], _ rows: [CSV.Row]) {
    let others = first.indices.filter { $0 != imageColumn }
    let isLabelled = others.contains { LabelWords.namesLabels(first[$0]) }
    let title = LabelWords.namesImages(first[imageColumn])
    if first[imageColumn].isEmpty, !isLabelled, rows.count < 2 { return }
    if title == .certain, isLabelled || !hasLabels(first, rows) {
      titles = first
    } else if title == .likely, !hasLabels(first, rows) {
      titles = first
      isUncertain = !isLabelled
    } else if isLabelled && !hasLabels(first, rows) || isAboveFlags(first, rows) {
      titles = first
    }
  }

  /// Whether a cell of the first line is among the names of a later one, as labels are and titles are not.
  private func hasLabels(_ first: [String], _ rows: [CSV.Row]) -> Bool {
    func names(_ fields: [String]) -> [String] {
      fields.indices.filter { $0 != imageColumn }.flatMap { LabelWords.names(in: fields[$0]) }
    }
    let words = Set(names(first).filter { LabelWords.flag($0) == nil })
    // A header may stand twice, where files were joined.
    return rows.dropFirst().contains { $0.fields != first && !words.isDisjoint(with: names($0.fields)) }
  }

  private func isAboveFlags(_ first: [String], _ rows: [CSV.Row]) -> Bool {
    rows.count > 1 && first.count > 1
      && first.indices.allSatisfy { $0 == imageColumn || LabelWords.flag(first[$0]) == nil }
      && rows.dropFirst().allSatisfy { row in
        row.fields == first
          || row.fields.indices.allSatisfy {
            $0 == imageColumn || LabelWords.flag(row.fields[$0]) != nil
          }
      }
  }
}

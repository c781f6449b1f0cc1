import Configuration
import Files

/// Reads the image-level labels of a text or CSV file, whatever its layout, and says which one it was.
///
/// Header and contents decide together: the column whose cells are names of pictures holds the images;
/// columns of 1 and 0 (true and false, 1 and −1) are classes that the first line names; every other layout
/// lists names of classes, in one cell or several, on one row per image or one per label.
struct LabelReader {
  let path: String
  /// The names of a class list; without one, the names that occur are the classes, in alphabetical order.
  let classes: [String]?
  /// The names of the images there are.
  let pictures: Set<String>

  /// One row as names.
  private struct Entry {
    let line: TextLine
    let id: String
    var names: [String]
  }

  /// Reads the table.
  ///
  /// - Throws: `DatasetError`, with the line, for whatever cannot be understood in one way only.
  func table() throws(DatasetError) -> LabelTable {
    let csv = try listed { () throws(ListError) in try CSV(contentsOf: path) }
    var rows = csv.rows
    if let row = rows.first, "{[<".contains(row.line.text.prefix(1)), row.line.text.count > 0 {
      throw .list(.malformed(row.line, expected: "lines of an image name and its classes, no JSON or XML"))
    }
    let header = LabelHeader(of: rows, pictures: pictures)
    let (titles, imageColumn) = (header.titles, header.imageColumn)
    // A header stands again where files were joined.
    if let titles { rows.removeAll { $0.fields == titles } }
    guard !rows.isEmpty else { throw .noRowMatches(path: path, rows: 0, row: "", picture: "", hint: nil) }
    if let row = rows.first(where: { $0.fields.count <= imageColumn || $0.fields[imageColumn].isEmpty }) {
      throw .list(.malformed(row.line, expected: "an image name and its classes"))
    }
    var table: LabelTable
    if let titles, let columns = try flagColumns(titles, rows, imageColumn) {
      table = try oneHot(rows, columns, titles, imageColumn)
    } else if titles == nil, let columns = try unnamedColumns(rows, imageColumn) {
      table = try oneHot(rows, columns, nil, imageColumn)
    } else {
      table = try lists(rows, titles, csv.separator, imageColumn)
    }
    if header.isUncertain, let titles {
      table.notes.append("\(path): the first line is taken for titles of columns (\(listing(titles)))")
    }
    table.areClassesListed = classes != nil
    return table
  }

  /// The columns that say with 1 and 0 whether an image shows the class that they are called by; `nil` if the
  /// table is none of such columns.
  private func flagColumns(
    _ titles: [String], _ rows: [CSV.Row], _ imageColumn: Int
  ) throws(DatasetError) -> [(index: Int, name: String)]? {
    let known = Set(classes ?? [])
    let columns = titles.indices.filter { index in
      index != imageColumn && (known.contains(titles[index]) || !LabelWords.namesOther(titles[index]))
    }
    guard
      !columns.contains(where: { LabelWords.namesLabels(titles[$0]) && !known.contains(titles[$0]) })
    else { return nil }
    func isFlag(_ row: CSV.Row, _ column: Int) -> Bool {
      column >= row.fields.count || LabelWords.flag(row.fields[column]) != nil
    }
    let flags = columns.filter { column in rows.allSatisfy { isFlag($0, column) } }
    guard flags.count < columns.count else {
      // What is called as a date or a width and holds 1 and 0 like the others is one of them.
      let alike = titles.indices.filter { column in
        classes == nil && column != imageColumn && !columns.contains(column)
          && LabelWords.mayNameClass(titles[column])
          && rows.allSatisfy { column < $0.fields.count && LabelWords.isPlainFlag($0.fields[column]) }
          && isUsed(column, rows)
      }
      return columns.isEmpty && alike.isEmpty ? nil : (columns + alike).sorted().map { ($0, titles[$0]) }
    }
    // One column of names, or names in some: a list. Flags in most columns and something else in one:
    // unclear.
    guard flags.count * 2 >= columns.count, flags.contains(where: { isUsed($0, rows) }) else {
      try refuseNumbers(columns, titles, rows)
      return nil
    }
    let odd = columns.first { !flags.contains($0) } ?? imageColumn
    let row = rows.first { !isFlag($0, odd) } ?? rows[0]
    throw .list(
      .malformed(
        row.line, expected: "1 or 0 in the column \"\(titles[odd])\"; remove the column if it is no class"))
  }

  private func isUsed(_ column: Int, _ rows: [CSV.Row]) -> Bool {
    rows.contains { column < $0.fields.count && LabelWords.flag($0.fields[column]) == true }
  }

  /// Refuses columns that are called by names and hold numbers: probabilities, counts, pixels.
  private func refuseNumbers(_ columns: [Int], _ titles: [String], _ rows: [CSV.Row]) throws(DatasetError) {
    for column in columns
    where rows.allSatisfy({ $0.fields.count <= column || Double($0.fields[column]) != nil }) {
      let row =
        rows.first { column < $0.fields.count && LabelWords.flag($0.fields[column]) == nil } ?? rows[0]
      throw .list(.malformed(row.line, expected: "1 or 0 in the column \"\(titles[column])\""))
    }
  }

  /// The columns of 1 and 0 below no header, in the order of the class list.
  private func unnamedColumns(
    _ rows: [CSV.Row], _ imageColumn: Int
  ) throws(DatasetError) -> [(index: Int, name: String)]? {
    guard let row = rows.first, row.fields.count > 1,
      rows.allSatisfy({ other in
        other.fields.indices.allSatisfy { index in
          index == imageColumn || ["0", "1", "-1", "0.0", "1.0", "-1.0"].contains(other.fields[index])
        }
      }), !(classes ?? []).contains(where: { LabelWords.flag($0) != nil })
    else { return nil }
    let columns = row.fields.indices.filter { $0 != imageColumn }
    guard let classes, classes.count == columns.count else {
      throw .list(
        .malformed(
          row.line,
          expected:
            "names of classes, or a class list (classes.txt) of as many names as there are columns of 0 and 1"
        ))
    }
    return zip(columns, classes).map { ($0, $1) }
  }

  private func oneHot(
    _ rows: [CSV.Row], _ columns: [(index: Int, name: String)], _ titles: [String]?, _ imageColumn: Int
  ) throws(DatasetError) -> LabelTable {
    let width = titles?.count ?? columns.count + 1
    let grounds = columns.filter { isNone($0.name) }
    let classColumns = columns.filter { !isNone($0.name) }
    var entries: [Entry] = []
    for row in rows {
      guard row.fields.count == width else {
        throw .list(
          .malformed(
            row.line,
            expected: "\(columns.count) values of 0 or 1, one for each column of the first line"))
      }
      let names = classColumns.filter { LabelWords.flag(row.fields[$0.index]) == true }.map(\.name)
      entries.append(Entry(line: row.line, id: TextList.id(ofFile: row.fields[imageColumn]), names: names))
    }
    let line = TextLine(path: path, number: 1, text: "")
    let names = classes ?? classColumns.map(\.name).sorted()
    guard !names.isEmpty else {
      throw .noClassInLabels(
        TextLine(path: path, number: 1, text: (titles ?? []).joined(separator: ",")))
    }
    try refuse(classColumns.map { (line, $0.name) }, isListed: classes != nil)
    guard Set(columns.map(\.name)).count == columns.count else {
      let twice = columns.map(\.name).first { name in columns.count { $0.name == name } > 1 } ?? ""
      throw .list(.duplicateClass(line, name: twice))
    }
    let used = Set(columns.map(\.index) + [imageColumn])
    let left = (titles ?? []).enumerated().filter { !used.contains($0.offset) }.map(\.element)
    let doubtful = classes == nil ? classColumns.map(\.name).filter(LabelWords.namesOther) : []
    var note = "\(path): read as one-hot columns (\(classColumns.count) classes; only 1 counts)"
    if !left.isEmpty { note += "; columns of other things are left out: \(quoted(left))" }
    if !doubtful.isEmpty { note += "; as 1 and 0 stand in them, classes too: \(quoted(doubtful))" }
    if !grounds.isEmpty { note += "; stands for no class: \(quoted(grounds.map(\.name)))" }
    return try table(of: entries, names, note, mayRepeat: false)
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private func lists(
    _ rows: [CSV.Row], _ titles: [String]?, _ separator: Character?, _ imageColumn: Int
  ) throws(DatasetError) -> LabelTable {
    let wanted = separator == nil ? nil : labelColumns(titles, imageColumn)
    var entries = try entries(rows, titles, wanted, imageColumn)
    let hasInner = rows.contains { row in
      row.fields.indices.contains { $0 != imageColumn && LabelWords.names(in: row.fields[$0]).count > 1 }
    }
    let isWide = entries.contains { $0.names.count > 1 }
    let isLong = separator != nil && entries.allSatisfy { $0.names.count <= 1 }
    try divideWords(&entries, isCertain: hasInner || isWide && separator != nil)
    let dropped = entries.reduce(0) { $0 + $1.names.count { isNone($0) } }
    for index in entries.indices { entries[index].names.removeAll { isNone($0) } }
    try refuse(entries.flatMap { entry in entry.names.map { (entry.line, $0) } }, isListed: classes != nil)
    let names = classes ?? Set(entries.flatMap(\.names)).sorted()
    let repeats = Set(entries.map(\.id)).count < entries.count
    var note = "\(path): read as " + (repeats && isLong ? "one row per label" : "lists of class names")
    if let titles, let wanted, wanted.count < titles.count - 1 {
      note += " (columns: " + wanted.map { titles[$0] }.joined(separator: ", ") + ")"
    }
    let mayRepeat = hasObjects(titles)
    if mayRepeat, repeats { note += "; rows of one image and class are joined" }
    if dropped > 0 { note += "; none, nan or background stands for no class in \(dropped) places" }
    if names.isEmpty, let row = rows.first { throw .noClassInLabels(row.line) }
    return try table(of: entries, names, note, mayRepeat: isLong, mayJoin: mayRepeat)
  }

  /// Whether rows are objects or votes, of which an image may have several of one class.
  private func hasObjects(_ titles: [String]?) -> Bool {
    guard let titles else { return false }
    return titles.contains { $0.lowercased() == "confidence" } || titles.count { LabelWords.namesBox($0) } > 1
      || titles.contains { $0.lowercased() == "bbox" }
  }

  /// The rows with the names in the columns that are wanted, or in all but that of the images.
  private func entries(
    _ rows: [CSV.Row], _ titles: [String]?, _ wanted: [Int]?, _ imageColumn: Int
  ) throws(DatasetError) -> [Entry] {
    let certainty = titles?.firstIndex { $0.lowercased() == "confidence" }
    var entries: [Entry] = []
    for row in rows {
      if let certainty, certainty < row.fields.count {
        guard let isThere = LabelWords.flag(row.fields[certainty]) else {
          throw .list(.malformed(row.line, expected: "1 or 0 in the column \"\(titles?[certainty] ?? "")\""))
        }
        guard isThere else { continue }
      }
      let width = titles?.count ?? Int.max
      guard row.fields.count <= width || wanted == nil || wanted?.last == width - 1 else {
        throw .list(.malformed(row.line, expected: "at most \(width) fields, as in the first line"))
      }
      // Fields beyond the titles belong to the last column: `image,labels` above `a.jpg,cat,dog`.
      let cells = row.fields.indices.filter { index in
        index != imageColumn && (index >= width || wanted?.contains(index) ?? true)
      }
      let names = cells.flatMap { LabelWords.names(in: row.fields[$0]) }
      entries.append(Entry(line: row.line, id: TextList.id(ofFile: row.fields[imageColumn]), names: names))
    }
    return entries
  }

  private func isNone(_ name: String) -> Bool { LabelWords.isNone(name) && !(classes ?? []).contains(name) }

  private func labelColumns(_ titles: [String]?, _ imageColumn: Int) -> [Int]? {
    guard let titles else { return nil }
    let named = titles.indices.filter { $0 != imageColumn && LabelWords.namesLabels(titles[$0]) }
    // A column "y" is a coordinate where another column names the class.
    let words = named.filter { titles[$0].lowercased() != "y" }
    if !named.isEmpty { return words.isEmpty ? named : words }
    return titles.indices.filter { $0 != imageColumn && !LabelWords.namesOther(titles[$0]) }
  }

  /// Tells names with a blank (`polar bear`) from several names (`bar disk`): by the class list, by the words
  /// that also stand alone, or not at all.
  private func divideWords(_ entries: inout [Entry], isCertain: Bool) throws(DatasetError) {
    let alone = Set(classes ?? entries.flatMap(\.names).filter { !$0.contains(" ") })
    var owner: [Substring: String] = [:]
    for index in entries.indices {
      var names: [String] = []
      for name in entries[index].names {
        let words = name.split(whereSeparator: \.isWhitespace)
        if words.count > 1, !alone.contains(name), words.allSatisfy({ alone.contains(String($0)) }) {
          names += words.map(String.init)
          continue
        }
        names.append(name)
        guard classes == nil, !isCertain, words.count > 1 else { continue }
        for word in words {
          if alone.contains(String(word)) || owner[word].map({ $0 != name }) == true {
            throw .list(
              .noClassName(
                entries[index].line, name: name,
                reason: "one class or several? Write ; between names, or list the classes in classes.txt"))
          }
          owner[word] = name
        }
      }
      entries[index].names = names
    }
  }

  /// Refuses names that are none, and such that only look different.
  private func refuse(_ names: [(line: TextLine, name: String)], isListed: Bool) throws(DatasetError) {
    guard !isListed else { return }
    var looks: [String: String] = [:]
    for (line, name) in names {
      if let reason = LabelWords.problem(ofCell: name) {
        throw .list(.noClassName(line, name: name, reason: reason))
      }
      if let other = looks.updateValue(name, forKey: ClassNames.folded(name)), other != name {
        throw .list(.similarClasses(line, name: name, other: other))
      }
    }
  }

  private func table(
    of entries: [Entry], _ names: [String], _ note: String, mayRepeat: Bool, mayJoin: Bool = false
  ) throws(DatasetError) -> LabelTable {
    var labels: [String: [Int]] = [:]
    var lines: [String: Int] = [:]
    for entry in entries {
      let indices = try indices(entry, names)
      if let first = lines[entry.id] {
        let known = labels[entry.id] ?? []
        guard mayRepeat, mayJoin || Set(known).isDisjoint(with: indices), !indices.isEmpty, !known.isEmpty
        else {
          throw .list(.duplicateID(entry.line, id: entry.id, first: first))
        }
      } else {
        lines[entry.id] = entry.line.number
      }
      labels[entry.id] = Set(labels[entry.id, default: []] + indices).sorted()
    }
    return LabelTable(classNames: names, labels: labels, source: path, notes: [note])
  }

  private func indices(_ entry: Entry, _ names: [String]) throws(DatasetError) -> [Int] {
    var indices: Set<Int> = []
    for name in entry.names {
      guard let index = names.firstIndex(of: name) else {
        let meant = names.first { ClassNames.folded($0) == ClassNames.folded(name) }
        throw .unknownClass(entry.line, name: name, nearest: meant ?? nearest(to: name, among: names))
      }
      indices.insert(index)
    }
    return indices.sorted()
  }
}

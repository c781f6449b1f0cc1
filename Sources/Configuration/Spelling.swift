/// The YAML key of a Swift property: `learningRate` becomes `learning_rate`, `useCRF` becomes `use_crf`.
///
/// A word starts at a capital after a small letter or a digit, and at the last capital of a run that a small
/// letter follows; the `s` of `sampleIDs` belongs to its run. Keys without capitals stay as they are.
public func snakeCase(_ property: String) -> String {
  let characters = Array(property)
  var key = ""
  for (index, character) in characters.enumerated() {
    guard character.isUppercase else {
      key.append(character)
      continue
    }
    let previous = index > 0 ? characters[index - 1] : "_"
    let next = index + 1 < characters.count ? characters[index + 1] : "_"
    let isPlural = next == "s" && (index + 2 == characters.count || characters[index + 2].isUppercase)
    let startsWord = previous.isUppercase ? next.isLowercase && !isPlural : previous != "_"
    if startsWord { key.append("_") }
    key += character.lowercased()
  }
  return key
}

/// The bytes of 64 letters, of up to four each.
private let longestWord = 256

/// The candidate that is written most like `word`: at most a third of its letters (and at least two) added,
/// left out, replaced or swapped.
///
/// Words of more than 64 letters are like none: the comparison takes time that grows with both lengths.
public func nearest(to word: String, among candidates: [String]) -> String? {
  guard word.utf8.count <= longestWord else { return nil }
  let limit = max(2, word.count / 3)
  let ranked = candidates.filter { $0.utf8.count <= longestWord }.map {
    (name: $0, distance: editDistance(word, $0))
  }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit,
    best.distance < word.count
  else { return nil }
  return best.name
}

/// The number of letters to add, leave out, replace or swap with a neighbour to turn `left` into `right`.
func editDistance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
  var beforeLast = [Int](), last = Array(0...right.count)
  for row in 0..<left.count {
    var current = [row + 1]
    for column in 0..<right.count {
      let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
      var best = min(replaced, last[column + 1] + 1, current[column] + 1)
      let isSwap =
        row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
      if isSwap { best = min(best, beforeLast[column - 1] + 1) }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}

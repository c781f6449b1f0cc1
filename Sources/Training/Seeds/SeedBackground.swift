import Files
package import WeakSupervision

extension RunDirectory {
  static let backgroundFile = "seeds/background.json"

  /// The file with the threshold of the seeds' background.
  package var seedBackground: String { file(Self.backgroundFile) }

  /// Keeps the threshold that parts the seeds from the background.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func write(_ choice: BackgroundChoice) throws(RunError) {
    var members: [JSON.Member] = [
      JSON.Member("threshold", JSON(choice.threshold)), JSON.Member("refinement", JSON(choice.refinement)),
      JSON.Member("criterion", .text(choice.criterion)),
      JSON.Member("curve", .list(choice.curve.map { [JSON($0.threshold), JSON($0.value)] })),
    ]
    if let band = choice.band {
      members.append(JSON.Member("band", [JSON(band.lowerBound), JSON(band.upperBound)]))
    }
    if !choice.classes.isEmpty {
      members.append(JSON.Member("classes", Self.object(choice.classes.map { ("\($0.key)", $0.value) })))
    }
    if !choice.images.isEmpty {
      members.append(JSON.Member("images", Self.object(choice.images.map { ($0.key, $0.value) })))
    }
    let json = JSON.object(members)
    try write(CheckedJSON.text(of: json), to: Self.backgroundFile)
  }

  /// The threshold that parts the seeds from the background.
  ///
  /// - Throws: `RunError.damagedFile`.
  package func background() throws(RunError) -> BackgroundChoice {
    guard let json = text(of: Self.backgroundFile).flatMap(CheckedJSON.object),
      let threshold = json["threshold"]?.double, let refinement = json["refinement"]?.double,
      0...1 ~= threshold, 0...1 ~= refinement
    else { throw .damagedFile(path: seedBackground) }
    var choice = BackgroundChoice(
      Float(threshold), refinement: Float(refinement), criterion: json["criterion"]?.text ?? "")
    if let band = json["band"] {
      guard case .list(let ends) = band, ends.count == 2, let low = ends[0].double, let high = ends[1].double,
        0 <= low, low <= high, high <= 1
      else { throw .damagedFile(path: seedBackground) }
      choice.band = Float(low)...Float(high)
    }
    for (key, value) in try values(of: json["classes"]) {
      guard let index = Int(key) else { throw .damagedFile(path: seedBackground) }
      choice.classes[index] = value
    }
    choice.images = try values(of: json["images"])
    return choice
  }

  private static func object(_ values: [(String, Float)]) -> JSON {
    .object(values.sorted { $0.0 < $1.0 }.map { JSON.Member($0.0, JSON($0.1)) })
  }

  /// The members of an object of values from 0 to 1; none where there is no object.
  private func values(of json: JSON?) throws(RunError) -> [String: Float] {
    guard let json else { return [:] }
    guard case .object(let members) = json else { throw .damagedFile(path: seedBackground) }
    var values: [String: Float] = [:]
    for member in members {
      guard let value = member.value.double, 0...1 ~= value else { throw .damagedFile(path: seedBackground) }
      values[member.key] = Float(value)
    }
    return values
  }
}

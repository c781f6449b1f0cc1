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
    let json: JSON = [
      "threshold": JSON(choice.threshold), "refinement": JSON(choice.refinement),
      "criterion": .text(choice.criterion),
      "curve": .list(choice.curve.map { [JSON($0.threshold), JSON($0.value)] }),
    ]
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
    return BackgroundChoice(
      Float(threshold), refinement: Float(refinement), criterion: json["criterion"]?.text ?? "")
  }
}

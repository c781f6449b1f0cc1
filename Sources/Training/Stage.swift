/// One part of a run: reads what earlier stages left in the run's folder, and writes in its own folder only.
public protocol Stage {
  /// The name: its folder below the run's, the word of `--stages`, the key of its seconds in `metrics.json`.
  var name: String { get }
  /// The stages whose output it reads.
  var inputs: [String] { get }
  /// Everything beside its inputs that decides what it makes.
  var options: [any Encodable] { get }
  /// What it reads of the data set itself; everything, where a stage does not say.
  var data: DataUse { get }

  /// Does the work, or goes on with it where an interrupted run left off.
  ///
  /// - Throws: `RunError.interrupted` after Ctrl-C, with everything saved; else what went wrong.
  func run(_ context: RunContext) throws
}

extension Stage {
  public var data: DataUse { .everything }
}

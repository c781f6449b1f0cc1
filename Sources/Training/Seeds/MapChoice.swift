import Autograd
import Datasets
import Files
import Reporting
import WeakSupervision

/// The network whose maps become seeds, where `seeds.maps` leaves the choice to the run.
///
/// Every network makes maps of the same training images, at scale 1, and one classifier judges all of them:
/// the maps win whose tops hold most of their classes' evidence, `kept − removed` over the areas of
/// `MapEvidence` and the classes that the classifier sees. How well maps agree with their own refinement was
/// tried, too; it prefers smooth maps and took the worse ones.
struct MapChoice {
  /// What `seeds.maps` says where the run chooses.
  static let word = "auto"
  /// As many training images are looked at, at even distances.
  private static let images = 60

  /// A network and the mean difference between the share of a class's score that the top of its map keeps
  /// and the share that is left without it.
  private struct Candidate {
    let source: MapSource
    let network: any Classifier
    var sum = 0.0
    var count = 0

    var criterion: Double { sum / Double(max(count, 1)) }
  }

  private let job: any JobOptions
  private let candidates: [MapSource]
  private let judge: MapSource

  /// The choice among `candidates`, whose maps the classifier of `judge` compares.
  init(_ job: any JobOptions, among candidates: [MapSource], judge: MapSource) {
    self.job = job
    self.candidates = candidates
    self.judge = judge
  }

  /// The only candidate, the one chosen before an interruption, or the best one; the stage's record keeps it.
  ///
  /// - Throws: what opening networks and reading images throws, `RunError.scoresNotFinite`.
  func source(_ context: RunContext) throws -> MapSource {
    if let known = try candidates.chosen(in: context.directory) {
      try context.record([("seeds.maps", .text(known.name))])
      return known
    }
    let (found, images) = try judged(context)
    // Of equal ones the last, as where nothing is said.
    let best = found.reduce(found[0]) { $1.criterion >= $0.criterion ? $1 : $0 }
    try context.record([
      ("seeds.mapsCriterion", .object(found.map { JSON.Member($0.source.name, JSON($0.criterion)) })),
      ("seeds.maps", .text(best.source.name)),
    ])
    let names = found.map(\.source.name).joined(separator: ", ")
    guard best.count > 0 else {
      context.reporter(
        .warning(
          "seeds.maps: auto cannot compare \(names), for the classifier sees no class in \(images) images, "
            + "and takes \(best.source.name), the last; train longer, or name one of them"))
      return best.source
    }
    let figures = found.map { "\($0.source.name) \(Formatting.fixed($0.criterion, 2))" }.joined(
      separator: ", ")
    context.reporter(
      .note(
        "maps of \(best.source.name), chosen among \(names): share of a class's score that the top of its "
          + "map holds, kept less removed, \(figures), over \(images) images"))
    return best.source
  }

  /// What the classifier says of every candidate's maps, and of how many images.
  private func judged(_ context: RunContext) throws -> (candidates: [Candidate], images: Int) {
    let judge = try judge.open(context.run)
    var found = try candidates.map { Candidate(source: $0, network: try $0.open(context.run)) }
    let ids = context.spread(try context.dataset.identifiers(of: .train), count: Self.images)
    let evidence = MapEvidence()
    for id in ids {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: false)
      for index in found.indices {
        let maps = job.seeds.maps(
          sample.image, classes: sample.labels, of: found[index].network, scales: [1],
          seed: job.generatorSeed, id: id)
        guard maps.maps.isFinite else { throw RunError.scoresNotFinite(image: id) }
        for item in evidence(sample.image, maps, of: judge) {
          found[index].sum += Double(item.difference)
          found[index].count += 1
        }
      }
    }
    return (found, ids.count)
  }
}

extension [MapSource] {
  /// The one of them whose maps are the seeds of a run: the only one, or the one that its stage `seeds` has
  /// chosen; `nil` before that.
  ///
  /// - Throws: `RunError.damagedRecord`, `RunError.olderRun`.
  package func chosen(in directory: RunDirectory) throws(RunError) -> MapSource? {
    if count == 1 { return self[0] }
    let figures = try StageRecord.read(SeedsStage.name, in: directory)?.figures
    guard case .text(let name)? = figures?["seeds"]?["maps"] else { return nil }
    return last { $0.name == name }
  }
}

extension RunContext {
  /// At most `count` of the images, at even distances.
  func spread(_ ids: [String], count: Int) -> [String] {
    let count = min(count, ids.count)
    return (0..<count).map { ids[$0 * ids.count / count] }
  }
}

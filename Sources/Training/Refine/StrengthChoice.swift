import Autograd
import Datasets
import Files
import Imaging
import Reporting
import WeakSupervision

/// The strength of refinement, where `refine_strengths` leaves the choice to the run.
///
/// The chain refines the maps of the same images at every strength, and the classifier judges the outcome as
/// `MapChoice` has it judge networks: the strength wins whose regions hold most of their classes' evidence,
/// `kept − removed` over the areas of `MapEvidence` and the classes that the classifier sees. Regions of one
/// area each cannot win by being larger, and streaks of other things bring no evidence with them.
struct StrengthChoice {
  /// As many images are looked at, at even distances.
  private static let images = 60
  /// The weight of maps beside refined probabilities: it orders pixels of which refinement is equally sure.
  private static let order: Float = 1e-3

  private let job: any JobOptions
  private let chain: RefinerChain
  private let classifier: MapSource

  private var strengths: [Float] { job.refineStrengths }

  /// The choice among the strengths of a job's `chain`, which `classifier` compares.
  init(_ job: any JobOptions, of chain: RefinerChain, judge classifier: MapSource) {
    self.job = job
    self.chain = chain
    self.classifier = classifier
  }

  /// The only strength, the one chosen before an interruption, or the best one; the stage's record keeps it.
  ///
  /// Refinement begins with the maps of `background`.
  ///
  /// - Throws: what opening the network and reading images and maps throws.
  func strength(_ context: RunContext, _ background: BackgroundChoice) throws -> Float {
    if let known = try job.refineStrength(in: context.directory) { return known }
    let ids = context.spread(try context.seedIdentifiers(), count: Self.images)
    let (sums, count) = try judged(ids, context, background)
    let means = sums.map { $0 / Double(max(count, 1)) }
    // Of equal ones the first.
    let usual = strengths.firstIndex(of: 1) ?? 0
    let best = count > 0 ? means.indices.reduce(0) { means[$1] > means[$0] ? $1 : $0 } : usual
    try context.record([
      (
        "pseudoMasks.strengthCriterion",
        .object(zip(strengths, means).map { JSON.Member("\($0)", JSON($1)) })
      ), ("pseudoMasks.strength", JSON(strengths[best])),
    ])
    let names = strengths.map { "\($0)" }.joined(separator: ", ")
    guard count > 0 else {
      context.reporter(
        .warning(
          "refine_strengths cannot be compared, for the classifier sees no class in \(ids.count) images; "
            + "\(strengths[best]) of \(names) is taken; train longer, or name one strength"))
      return strengths[best]
    }
    let figures = zip(strengths, means).map { "\($0) \(Formatting.fixed($1, 3))" }.joined(separator: ", ")
    context.reporter(
      .note(
        "refinement at strength \(strengths[best]), chosen among \(names): share of a class's score that its "
          + "refined regions hold, kept less removed, \(figures), over \(ids.count) images"))
    return strengths[best]
  }

  /// The sum of the evidence at each strength, and over how many classes of images.
  private func judged(
    _ ids: [String], _ context: RunContext, _ background: BackgroundChoice
  ) throws -> (sums: [Double], count: Int) {
    let classifier = try classifier.open(context.run)
    let chains = strengths.map { chain.atStrength($0) }
    let measure = MapEvidence()
    var (sums, count) = (strengths.map { _ in 0.0 }, 0)
    for id in ids {
      try context.checkInterrupt()
      let maps = try context.seedMaps(of: id, background)
      guard !maps.classes.isEmpty else { continue }
      let image = try context.dataset.image(of: id)
      let scores = job.seeds.probabilities(maps, background)
      let known = chain.evidence(of: image, classifier)
      for (index, chain) in chains.enumerated() {
        let refined = chain(scores, image: image, evidence: chain.refiners.isEmpty ? [] : known)
        let regions = refined.slice(axis: 2, 1..<1 + maps.classes.count) + maps.maps * Self.order
        let found = measure(image, ClassMaps(classes: maps.classes, maps: regions), of: classifier)
        sums[index] += found.reduce(0) { $0 + Double($1.difference) }
        // Which classes are seen depends on the whole picture alone.
        if index == 0 { count += found.count }
      }
    }
    return (sums, count)
  }
}

extension JobOptions {
  /// The only strength of refinement, or the one that the run in `directory` has chosen; `nil` before that.
  ///
  /// - Throws: `RunError.damagedRecord`, `RunError.olderRun`.
  func refineStrength(in directory: RunDirectory) throws(RunError) -> Float? {
    if refineStrengths.count == 1 { return refineStrengths[0] }
    let figures = try StageRecord.read(RefineStage.name, in: directory)?.figures
    return figures?["pseudoMasks"]?["strength"]?.double.map { Float($0) }
  }
}

import Autograd
public import Configuration
import Datasets
import Models
import WeakSupervision

/// The stages of a run: the method's, those behind it, and what the run ends with.
public struct RunPlan {
  /// All stages, each behind those that it reads.
  public let stages: [any Stage]
  /// The networks that were trained before the ending; `nil` if none of them has class maps.
  public let trained: TrainedNetworks?
  /// What the run ends with.
  public let ending: RunEnding
  private let seed: Int

  /// The plan of a job: `method`, then each of `behind`, then the method's ending.
  ///
  /// - Throws: `ConfigurationError.invalid` if `seeds.maps` names a network that nothing trains, or a method
  ///   stands behind one without a classifier.
  public init(
    _ job: any JobOptions, _ method: any Method, behind: [any MethodBehind]
  ) throws(ConfigurationError) {
    var stages = method.stages(job)
    var maps = method.maps(job)
    let classifier = maps.last
    // Beside the maps of a method behind, the plain ones show what it has changed.
    if !behind.isEmpty { for index in maps.indices { maps[index].explainer = CAM() } }
    for (index, method) in behind.enumerated() {
      guard let last = maps.last else {
        throw .invalid(
          "behind[\(index)]",
          "is \(type(of: method).name), which goes on with a classifier, but the method trains none; "
            + "leave it out"
        )
      }
      stages += method.stages(job, behind: last)
      maps += method.maps(job, behind: last)
    }
    let candidates = try Self.candidates(job.seeds.maps, of: maps)
    for last in candidates.compactMap(\.lastMap) {
      try job.model.backbone.component.requireMaps(of: job.seeds, upTo: last)
    }
    trained =
      if let classifier, !candidates.isEmpty {
        TrainedNetworks(
          maps: maps, candidates: candidates, classifier: classifier, segmenter: method.segmenter(job))
      } else {
        nil
      }
    ending = method.ending(job, trained)
    self.stages = stages + ending.stages
    seed = job.seed
  }

  /// Those of the networks of which one's maps become seeds.
  ///
  /// - Throws: `ConfigurationError.invalid` if `name` is none of them.
  private static func candidates(
    _ name: String, of maps: [MapSource]
  ) throws(ConfigurationError) -> [MapSource] {
    if name.isEmpty { return maps.suffix(1) }
    if name == MapChoice.word, !maps.isEmpty { return maps }
    if let source = maps.last(where: { $0.name == name }) { return [source] }
    let names = maps.map(\.name) + (maps.count > 1 ? [MapChoice.word] : [])
    let known = maps.isEmpty ? "leave it empty" : "use \(names.joined(separator: ", "))"
    throw .invalid("seeds.maps", "is \(name), which this method does not train; \(known)")
  }

  /// The names of all stages, in order.
  public var names: [String] { stages.map(\.name) }

  /// The stages without which the run would not come to its end: a segmenter that is trained on true masks
  /// needs no seeds.
  public var needed: [any Stage] {
    var names = Set(ending.goals)
    for stage in stages.reversed() where names.contains(stage.name) { names.formUnion(stage.inputs) }
    return stages.filter { names.contains($0.name) }
  }

  /// The needed stages that a comma-separated list names; all of them for an empty list.
  ///
  /// - Throws: `RunError.unknownStage`.
  public func selected(_ list: String) throws(RunError) -> [any Stage] {
    let wanted = list.split(separator: ",").map {
      $0.trimmingPrefix(while: \.isWhitespace).lowercased().filter { !$0.isWhitespace }
    }
    for name in wanted where !names.contains(name) { throw .unknownStage(name: name, known: names) }
    return wanted.isEmpty ? needed : needed.filter { wanted.contains($0.name) }
  }

  /// A digest of all options that a stage's output depends on.
  ///
  /// Where the data set and the pretrained weights lie is no part of it; what they hold is one of
  /// `data(of:)`.
  ///
  /// - Precondition: the plan has the stage.
  public func fingerprint(of name: String) -> Fingerprint {
    let stage = stage(name)
    var parts = ["3", name, "\(seed)"]
    parts += ownOptions(of: name)
    parts += stage.inputs.map { fingerprint(of: $0).description }
    return Fingerprint(parts)
  }

  /// The options of a stage alone, without those of its inputs, as texts.
  ///
  /// - Precondition: the plan has the stage.
  public func ownOptions(of name: String) -> [String] { stage(name).options.map { Self.text(of: $0) } }

  /// What a stage and those whose output it reads take from the data set.
  ///
  /// - Precondition: the plan has the stage.
  public func data(of name: String) -> DataUse {
    let stage = stage(name)
    return stage.inputs.reduce(stage.data) { $0.union(data(of: $1)) }
  }

  /// The stages whose output a stage reads.
  ///
  /// - Precondition: the plan has the stage.
  public func inputs(of name: String) -> [String] { stage(name).inputs }

  private func stage(_ name: String) -> any Stage {
    guard let stage = stages.first(where: { $0.name == name }) else {
      preconditionFailure("run plan: there is no stage \(name)")
    }
    return stage
  }

  private static func text(of options: any Encodable) -> String {
    if let data = options as? Choice<Catalog.Datasets> {
      return ConfigurationLoader.yaml(of: Choice<Catalog.Datasets>(data.component.withoutPlace))
    }
    if var model = options as? ModelOptions {
      if model.weights != "none" { model.weights = "given" }
      return ConfigurationLoader.yaml(of: model)
    }
    return (options as? String) ?? ConfigurationLoader.yaml(of: options)
  }
}

extension BackboneOptions {
  /// Refuses to explain a map behind the one called `last`, which the classifier reads.
  ///
  /// - Throws: `ConfigurationError.invalid` about `seeds.explainer.stage` or `seeds.explanation.stages`.
  fileprivate func requireMaps(of seeds: SeedsOptions, upTo last: String) throws(ConfigurationError) {
    let names = stages.map(\.name)
    guard let end = names.firstIndex(of: last) else { return }
    for stage in seeds.explainedStages {
      guard let index = names.firstIndex(of: stage), index > end else { continue }
      throw .invalid(
        seeds.explanation.stages.isEmpty ? "seeds.explainer.stage" : "seeds.explanation.stages",
        "is \(stage), but the classifier of seeds.maps reads \(last); use that or one before it")
    }
  }
}

/// A 64-bit digest that tells whether a stage's inputs are the ones that its output was made from.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of `parts`, in order.
  public init(_ parts: [String]) {
    // FNV-1a: the inputs are our own configuration text, so no adversary has to be kept out.
    for part in parts {
      for byte in part.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
      state = (state ^ 0xff) &* 0x100_0000_01b3
    }
  }

  public var description: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

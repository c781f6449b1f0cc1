import Configuration
import Models
import Training
import WeakSupervision

/// The methods that are asked for, each with a label of its own.
struct ExplainerList {
  /// The methods of a request, as YAML.
  private struct Options: Section {
    @Setting("the methods") var methods: [Choice<Catalog.Explainers>] = []
    @Setting("what is asked of all of them") var options = ExplanationOptions()
  }

  /// The methods, in the order of the request.
  let explainers: [any Explainer]
  /// What each is called.
  let labels: [String]
  /// The options of each as text.
  let options: [String]
  /// What is asked of all of them.
  let shared: ExplanationOptions
  /// Whether that is nothing beside what they do by themselves.
  var isPlain: Bool {
    ConfigurationLoader.yaml(of: shared) == ConfigurationLoader.yaml(of: ExplanationOptions())
  }

  /// Reads `cam,layer-cam` or `layer-cam,{name: layer-cam, stage: layer3}` for a network.
  ///
  /// - Throws: `ConfigurationError`, `ExplanationError.noMethod`, `.unknownStage`, `.noStage`.
  init(
    parsing text: String, stage: String, options: String, for classifier: any Classifier,
    on backbone: any BackboneOptions
  ) throws {
    var choices = try Self.load("methods=[\(text)]").methods
    shared = options.isEmpty ? ExplanationOptions() : try Self.load("options=\(options)").options
    guard !choices.isEmpty else { throw ExplanationError.noMethod }
    if !stage.isEmpty {
      let movable = choices.indices.filter {
        choices[$0].component.explainsAnyStage && Self.hasStage(choices[$0])
      }
      guard !movable.isEmpty else {
        throw ExplanationError.noStage(stage: stage, methods: choices.map(\.name))
      }
      for index in movable {
        choices[index] = try Self.load(
          "methods=[\(text)]", "methods.\(index).stage=\(stage)"
        ).methods[index]
      }
    }
    let known = classifier.stages.map(\.name)
    for stage in shared.stages where backbone.stages.contains(where: { $0.name == stage }) {
      guard known.contains(stage) else {
        throw ExplanationError.unknownStage(method: "--options.stages", stage: stage, known: known)
      }
    }
    for (index, choice) in choices.enumerated() {
      let stage = choice.component.stage
      guard stage.isEmpty || known.contains(stage) else {
        throw ExplanationError.unknownStage(method: choice.name, stage: stage, known: known)
      }
      try Self.check(choice.component, index, on: backbone)
      try Self.check("--options") { [shared] () throws(ConfigurationError) in
        try shared.validate(choice.component, for: backbone)
      }
    }
    explainers = choices.map(\.component)
    self.options = choices.map { ConfigurationLoader.yaml(of: $0) }
    labels = Self.labels(choices)
  }

  /// Refuses a method that is not defined for the network.
  private static func check(
    _ explainer: any Explainer, _ index: Int, on backbone: any BackboneOptions
  ) throws(ConfigurationError) {
    try check("--methods[\(index)]") { () throws(ConfigurationError) in
      try explainer.validate(for: backbone)
    }
  }

  /// Names the place of what a check refuses.
  private static func check(
    _ place: String, _ body: () throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    do {
      try body()
    } catch {
      var error = error
      error.option = place + (error.option.isEmpty ? "" : ".\(error.option)")
      throw error
    }
  }

  /// The name of each method, where it stands more than once with its feature map, or else with a number.
  private static func labels(_ choices: [Choice<Catalog.Explainers>]) -> [String] {
    let counts = Dictionary(choices.map { ($0.name, 1) }, uniquingKeysWith: +)
    var labels: [String] = []
    for choice in choices {
      let isAlone = counts[choice.name] == 1 || choice.component.stage.isEmpty
      let label = isAlone ? choice.name : "\(choice.name) \(choice.component.stage)"
      let free = (2...).lazy.map { "\(label) \($0)" }.first { !labels.contains($0) } ?? label
      labels.append(labels.contains(label) ? free : label)
    }
    return labels
  }

  private static func load(_ settings: String...) throws(ConfigurationError) -> Options {
    do {
      return try ConfigurationLoader.load(Options.self, overrides: settings)
    } catch {
      var error = error
      error.place = nil
      error.option = error.option.isEmpty ? "--methods" : "--\(error.option)"
      throw error
    }
  }

  /// Whether the feature map is an option of a method.
  private static func hasStage(_ choice: Choice<Catalog.Explainers>) -> Bool {
    ConfigurationLoader.options(of: type(of: choice.erased)).contains { $0.key == "stage" }
  }
}

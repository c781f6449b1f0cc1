import Datasets
import WeakSupervision

/// The images and maps behind the seeds, as rules for the background look at them.
struct SeedSample {
  private let context: RunContext
  private let network: MapNetwork
  /// The images that show a class; others have no map to choose by.
  private let ids: [String]

  /// The images of a run whose maps `network` has made.
  ///
  /// - Throws: `DatasetError`.
  init(_ context: RunContext, _ network: MapNetwork) throws {
    self.context = context
    self.network = network
    ids = try context.seedIdentifiers().filter { try !context.dataset.labels(of: $0).isEmpty }
  }

  /// All images.
  var all: MapSample { sample(ids) }

  /// What a rule chooses for all images and, where it is to, for each class or image.
  ///
  /// - Throws: what the rule throws.
  func choice(_ rule: any BackgroundRule) throws -> BackgroundChoice {
    var choice = try rule.choice(all)
    switch rule.per {
    case .dataSet: break
    case .class:
      for index in context.dataset.classNames.indices {
        let shown = try ids.filter { try context.dataset.labels(of: $0).contains(index) }
        if !shown.isEmpty { choice.classes[index] = try rule.choice(sample(shown, only: index)).threshold }
      }
    case .image:
      for id in ids { choice.images[id] = try rule.choice(sample([id])).threshold }
    }
    return choice
  }

  /// Some images with their maps, or with that of one class.
  private func sample(_ ids: [String], only index: Int? = nil) -> MapSample {
    MapSample(count: ids.count, network: network) { [context] place in
      try context.checkInterrupt()
      let maps = try ClassMaps(contentsOf: context.directory.classMaps(of: ids[place]))
      return LabelingInput(
        image: try context.dataset.image(of: ids[place]), maps: index.map { maps.only($0) } ?? maps)
    }
  }
}

import Configuration
import Datasets
import Files
import Foundation
import Imaging
import Reporting
import WeakSupervision

/// Stage 4: writes the pseudo-mask of every training image as a palette PNG, 255 where it is unsure.
struct MasksStage: Stage {
  func run(_ context: RunContext) throws {
    try context.directory.folder("masks")
    let isOnline = context.configuration.segment.labels == .online
    let ids = try context.dataset.identifiers(of: isOnline ? .seeds : .train)
    switch context.configuration.masks.labeling.component {
    case let labeling as any SeedLabeling: try labelSeeds(ids, labeling, context)
    case let labeling as any RefinedLabeling: try labelRefined(ids, labeling, context)
    default: preconditionFailure("a labelling of masks that reads neither seeds nor refined labels")
    }
    try judge(ids, context)
  }

  private func labelRefined(_ ids: [String], _ labeling: any RefinedLabeling, _ context: RunContext) throws {
    try context.forEachImage(ids) { id in
      let labels = try LabelMap(contentsOf: context.directory.file("refined/\(id).png"))
      let confidence = try LabelMap(contentsOf: context.directory.file("refined/confidence/\(id).png"))
      try labeling(labels, confidence: confidence).writePNG(to: Self.path(id, context))
    }
  }

  private func labelSeeds(_ ids: [String], _ labeling: any SeedLabeling, _ context: RunContext) throws {
    try context.forEachImage(ids) { id -> (SeedFile, Image)? in
      guard !FileManager.default.fileExists(atPath: Self.path(id, context)) else { return nil }
      let seeds = try SeedFile.read(context.directory.file("seeds/\(id).safetensors"))
      return (seeds, try context.dataset.image(of: id))
    } compute: { seeds, image in
      labeling(seeds.maps, classes: seeds.classes, image: image)
    } store: { id, labels in
      try labels.writePNG(to: Self.path(id, context))
    }
  }

  private static func path(_ id: String, _ context: RunContext) -> String {
    context.directory.file("masks/\(id).png")
  }

  /// Says how much stays open and, where there are true masks, how much of the rest is right.
  private func judge(_ ids: [String], _ context: RunContext) throws {
    let judged = Set(try context.dataset.identifiers(of: .seeds))
    var (open, total, right, known) = (0, 0, 0, 0)
    for id in ids {
      try context.checkInterrupt()
      let labels = try LabelMap(contentsOf: Self.path(id, context)).ids
      open += labels.count { $0 == 255 }
      total += labels.count
      guard judged.contains(id), let truth = try context.dataset.mask(of: id) else { continue }
      for (label, truth) in zip(labels, truth.ids) where label != 255 && truth != 255 {
        known += 1
        if label == truth { right += 1 }
      }
    }
    var figures = [("pseudoMasks.ignoredPercent", JSON(100 * Double(open) / Double(max(total, 1))))]
    if known > 0 {
      figures.append(("pseudoMasks.labeledAccuracy", JSON(100 * Double(right) / Double(known))))
    }
    try context.record(figures)
  }
}

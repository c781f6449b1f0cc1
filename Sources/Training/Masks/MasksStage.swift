public import Configuration
import Datasets
import Files
import Foundation
import Imaging
import Reporting
import WeakSupervision

/// How pseudo-masks are made, with unsure pixels marked as ignored.
public struct MasksOptions: Section {
  @Setting("which pixels get a label, by name, with its options")
  public var labeling = Choice<Catalog.Labelings>(RefinedLabels())

  public init() {}
}

/// Writes the pseudo-mask of every training image as a palette PNG, 255 where it is unsure.
struct MasksStage: Stage {
  static let name = "masks"

  private let job: any JobOptions

  init(_ job: any JobOptions) {
    self.job = job
  }

  private var labeling: any Labeling { job.masks.labeling.component }

  var name: String { Self.name }
  var inputs: [String] {
    guard labeling.rule.readsRefinement else { return [SeedsStage.name] }
    return [RefineStage.name] + (labeling.readsBand ? [SeedsStage.name] : [])
  }
  var options: [any Encodable] { [job.masks] }
  var data: DataUse { DataUse(images: [.train, .seeds], masks: [.seeds]) }

  func run(_ context: RunContext) throws {
    try context.folder("")
    let isOnline = job.segment.labels == .online
    let ids = try context.dataset.identifiers(of: isOnline ? .seeds : .train)
    let directory = context.directory
    let labeling = labeling
    let background = labeling.rule.readsRefinement && !labeling.readsBand ? nil : try directory.background()
    switch (background.map { labeling.with($0) } ?? labeling).rule {
    case .ofRefined(let labels):
      try context.forEachImage(ids) { id in
        let refined = RefinedPixels(
          labels: try LabelMap(contentsOf: directory.refinedLabels(of: id)),
          confidence: try LabelMap(contentsOf: directory.refinedConfidence(of: id)))
        var mask = labels(refined)
        if let background { mask = background.opened(mask, try context.seedMaps(of: id, background)) }
        try mask.writePNG(to: directory.pseudoMask(of: id))
        context.outputs.note(directory.pseudoMask(of: id))
      }
    case .ofMaps(let labels):
      try context.forEachImage(ids) { id -> LabelingInput? in
        if FileManager.default.fileExists(atPath: directory.pseudoMask(of: id)) {
          context.outputs.note(directory.pseudoMask(of: id))
          return nil
        }
        let maps = try ClassMaps(contentsOf: directory.classMaps(of: id))
        return LabelingInput(
          image: try context.dataset.image(of: id), maps: background?.applied(to: maps, of: id) ?? maps)
      } compute: { input in
        labels(input)
      } store: { id, mask in
        try mask.writePNG(to: directory.pseudoMask(of: id))
        context.outputs.note(directory.pseudoMask(of: id))
      }
    }
    try directory.requireFiles(in: name, for: ids)
    let isOpen = try judge(ids, context)
    if isOpen, !isOnline { throw RunError.nothingLabeled(masks: ids.count) }
  }

  /// Says how much stays open and, where there are true masks, how much of the rest is right.
  ///
  /// - Returns: whether everything stays open.
  private func judge(_ ids: [String], _ context: RunContext) throws -> Bool {
    let judged = Set(try context.dataset.identifiers(of: .seeds))
    var (open, total, right, known) = (0, 0, 0, 0)
    for id in ids {
      try context.checkInterrupt()
      let labels = try LabelMap(contentsOf: context.directory.pseudoMask(of: id)).ids
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
    return open == total
  }
}

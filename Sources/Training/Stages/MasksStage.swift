import Datasets
import Foundation
import Imaging
import Reporting

/// Stage 4: writes the pseudo-mask of every training image as a palette PNG, 255 where it is unsure.
struct MasksStage: Stage {
  func run(_ context: RunContext) throws {
    try context.directory.folder("masks")
    let least = UInt8((context.configuration.masks.minimumConfidence * 255).rounded())
    let isOnline = context.configuration.segment.labels == .online
    let ids = try context.dataset.identifiers(of: isOnline ? .seeds : .train)
    var ignored = 0
    var total = 0
    try context.forEachImage(ids) { id in
      let labels = try LabelMap(contentsOf: context.directory.file("refined/\(id).png"))
      let confidence = try LabelMap(contentsOf: context.directory.file("refined/confidence/\(id).png"))
      let ids = zip(labels.ids, confidence.ids).map { $1 < least ? 255 : $0 }
      ignored += ids.count { $0 == 255 }
      total += ids.count
      try LabelMap(width: labels.width, height: labels.height, ids: ids)
        .writePNG(to: context.directory.file("masks/\(id).png"))
    }
    try context.record([("pseudoMasks.ignoredPercent", JSON(100 * Double(ignored) / Double(max(total, 1))))])
  }
}

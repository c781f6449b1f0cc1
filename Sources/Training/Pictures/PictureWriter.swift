import Autograd
import Datasets
import Imaging
import Metrics
import Reporting
import WeakSupervision

/// Writes the picture grids of a stage, so that figures can be checked by eye.
struct PictureWriter {
  /// The number of images in a grid, taken at even distances from their split.
  private static let rows = 6

  private let context: RunContext
  private let names: [String]

  init(_ context: RunContext) {
    self.context = context
    names = ["background"] + context.dataset.classNames
  }

  /// Writes `pictures/maps.png`: image, class maps, truth.
  ///
  /// - Throws: what reading the parts or writing the picture throws.
  func writeMaps(caption: String) throws {
    var grid = PictureGrid(columns: 3, tileSize: 160)
    var masks: [LabelMap] = []
    for id in spread(try context.dataset.identifiers(of: .seeds)) {
      let image = try context.dataset.image(of: id)
      let maps = try ClassMaps(contentsOf: context.directory.classMaps(of: id))
      grid.append(image, caption: id)
      grid.append(HeatMap(maps.strongest).over(image), caption: caption)
      try append(truth: context.dataset.mask(of: id), to: &grid, &masks)
    }
    try write(grid, masks, name: "maps", caption: "class maps")
  }

  /// Writes `pictures/threshold.png`: the curve that the background's threshold was chosen by, and the true
  /// one. Nothing where neither is known.
  ///
  /// - Throws: what writing the picture throws.
  func writeThreshold(_ background: BackgroundChoice, truth: [ThresholdSweep.Point]?) throws {
    var curves: [CurvePlot.Curve] = []
    if !background.curve.isEmpty {
      curves.append(
        CurvePlot.Curve(
          background.criterion, background.curve.map { (x: Double($0.threshold), y: $0.value) },
          mark: Double(background.threshold)))
    }
    if let truth {
      let best = truth.max { $0.meanIoU < $1.meanIoU }
      curves.append(
        CurvePlot.Curve(
          "mIoU with the true masks", truth.map { (x: Double($0.threshold), y: $0.meanIoU) },
          mark: best.map { Double($0.threshold) }))
    }
    guard !curves.isEmpty else { return }
    let plot = CurvePlot(
      curves, caption: "thresholds of the background; chosen: \(background.threshold)")
    let path = try context.folder("pictures") + "/threshold.png"
    try plot.image.writePNG(to: path)
    context.reporter(.picture(path: path, caption: "thresholds of the background"))
  }

  /// Writes `pictures/seeds.png`: image, class maps, pseudo-mask, truth.
  ///
  /// - Throws: what reading the parts or writing the picture throws.
  func writeSeeds() throws {
    var grid = PictureGrid(columns: 4, tileSize: 160)
    var masks: [LabelMap] = []
    for id in spread(try context.dataset.identifiers(of: .seeds)) {
      let image = try context.dataset.image(of: id)
      let maps = try ClassMaps(contentsOf: context.directory.classMaps(of: id))
      let mask = try LabelMap(contentsOf: context.directory.refinedLabels(of: id))
      grid.append(image, caption: id)
      grid.append(HeatMap(maps.strongest).over(image), caption: "CAM")
      grid.append(mask, caption: "pseudo-mask")
      masks.append(mask)
      try append(truth: context.dataset.mask(of: id), to: &grid, &masks)
    }
    try write(grid, masks, name: "seeds", caption: "seeds and pseudo-masks")
  }

  /// Writes `pictures/predictions.png`: held-out image, prediction over it, prediction, truth.
  ///
  /// - Throws: what reading the parts or writing the picture throws.
  func writePredictions() throws {
    var grid = PictureGrid(columns: 4, tileSize: 160)
    var masks: [LabelMap] = []
    for id in spread(try context.dataset.identifiers(of: .val)) {
      let image = try context.dataset.image(of: id)
      let mask = try LabelMap(contentsOf: context.directory.prediction(of: id))
      grid.append(image, caption: id)
      grid.append(Overlay(image: image, labels: mask).image, caption: "overlay")
      grid.append(mask, caption: "prediction")
      masks.append(mask)
      try append(truth: context.dataset.mask(of: id), to: &grid, &masks)
    }
    try write(grid, masks, name: "predictions", caption: "held-out predictions")
  }

  /// Writes `pictures/method.png`, a row for each held-out photograph: the maps of every network that was
  /// trained on the way, refined labels, prediction, truth. Nothing for a run without a classifier.
  ///
  /// - Throws: what reading the parts or writing the picture throws.
  func writeMethod(_ trained: TrainedNetworks) throws {
    guard let method = try MethodPicture(context, trained) else { return }
    var grid = PictureGrid(columns: method.captions.count, tileSize: 160)
    var masks: [LabelMap] = []
    for id in spread(try context.dataset.identifiers(of: .val)) {
      try context.checkInterrupt()
      let path = context.directory.prediction(of: id)
      let row = try method.row(of: id, prediction: LabelMap(contentsOf: path))
      let captions = [id] + method.captions.dropFirst()
      for (tile, caption) in zip(row.tiles, captions) { grid.append(tile, caption: caption) }
      for (mask, caption) in zip(row.masks, captions.dropFirst(row.tiles.count)) {
        grid.append(mask, caption: caption)
      }
      if row.tiles.count + row.masks.count < captions.count {
        grid.append(Image(width: 16, height: 16, color: .white), caption: "no truth")
      }
      masks += row.masks
    }
    try write(grid, masks, name: "method", caption: "the method step by step")
  }

  private func spread(_ ids: [String]) -> [String] { context.spread(ids, count: Self.rows) }

  private func append(truth: LabelMap?, to grid: inout PictureGrid, _ masks: inout [LabelMap]) throws {
    if let truth {
      grid.append(truth, caption: "truth")
      masks.append(truth)
    } else {
      grid.append(Image(width: 16, height: 16, color: .white), caption: "no truth")
    }
  }

  private func write(_ grid: PictureGrid, _ masks: [LabelMap], name: String, caption: String) throws {
    var grid = grid
    grid.legend = PictureGrid.legend(of: masks, names: names)
    let path = try context.folder("pictures") + "/\(name).png"
    try grid.writePNG(to: path)
    context.reporter(.picture(path: path, caption: caption))
  }
}

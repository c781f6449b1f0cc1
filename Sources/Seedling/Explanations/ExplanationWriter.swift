import Autograd
import Configuration
import Files
import Imaging
import NeuralNetwork
import Training
import WeakSupervision

/// Writes the pictures, the raw maps and the record of a job.
struct ExplanationWriter {
  private let network: ExplainedNetwork
  private let methods: ExplainerList
  private let pictures: ExplanationPictures
  /// The folder of pictures and figures.
  private let output: PictureOutputs?
  /// The folder of raw maps.
  private let raw: PictureOutputs?
  /// The file of the chart: no picture's.
  private let chart: String
  /// What each class is called, each once: a name that stands twice has its number behind.
  private let labels: [String]

  /// Takes the folders of a request.
  ///
  /// - Throws: `RunError.outputIsInput`, `.foreignOutput`, `.cannotWrite`.
  init(
    _ request: ExplanationRequest, _ inputs: PictureInputs, _ network: ExplainedNetwork,
    _ methods: ExplainerList
  ) throws(RunError) {
    self.network = network
    self.methods = methods
    let counts = Dictionary(network.classNames.map { ($0, 1) }, uniquingKeysWith: +)
    labels = network.classNames.enumerated().map { index, name in
      counts[name] == 1 ? name : "\(name) (\(index))"
    }
    let names = Set(inputs.pictures.map(\.name))
    let free = (2...).lazy.map { "explain-yardsticks-\($0)" }.first { !names.contains($0) }
    chart = (names.contains("explain-yardsticks") ? free ?? "" : "explain-yardsticks") + ".png"
    pictures = ExplanationPictures(methods: methods.labels, classNames: network.classNames)
    output =
      if let path = request.output {
        try PictureOutputs(path, for: inputs, of: .explain, record: "explain.json", folders: ["overlays"]) {
          ["\($0).png", "overlays/\($0)"]
        }
      } else {
        nil
      }
    raw =
      if let path = request.raw {
        try PictureOutputs(path, for: inputs, of: .explain, option: "--raw", record: "maps.json") {
          ["\($0).safetensors"]
        }
      } else {
        nil
      }
  }

  /// Says in both folders whose files they will hold, so that a job that was stopped can be started again.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func begin() throws(RunError) {
    try output?.writeRecord(network.source)
    try raw?.writeRecord(network.source)
  }

  /// Writes the grid, the overlays and the raw maps of a picture.
  ///
  /// - Throws: `ImageError.cannotWrite`, `WeightFileError.cannotWrite`, `RunError.cannotWrite`.
  func write(_ maps: PictureMaps, named name: String) throws {
    if let raw {
      let entries = methods.labels.enumerated().flatMap { method, label in
        maps.classes.enumerated().map { index, number in
          (name: "\(label)/\(labels[number])", tensor: maps.maps[method][index].values)
        }
      }
      try SafetensorsWriter.write(entries, to: "\(raw.path)/\(name).safetensors")
    }
    guard let output, !maps.classes.isEmpty else { return }
    try pictures.grid(maps).writePNG(to: "\(output.path)/\(name).png")
    let folder = RunDirectory(path: output.path)
    for (method, label) in methods.labels.enumerated() {
      try folder.folder("overlays/\(name)/\(label)")
      for (index, number) in maps.classes.enumerated() {
        try pictures.overlay(maps, method: method, index: index).writePNG(
          to: "\(output.path)/overlays/\(name)/\(pictures.overlay(method: method, label: number))")
      }
    }
  }

  /// What the record says of a picture.
  func record(of maps: PictureMaps, named name: String) -> JSON {
    let classes = maps.classes.enumerated().map { index, number in
      let shown = methods.labels.enumerated().map { method, label in
        let map = maps.maps[method][index]
        let values = map.values.scalars
        return JSON.Member(
          label,
          [
            "rows": JSON(map.values.shape[0]), "columns": JSON(map.values.shape[1]),
            "minimum": JSON(values.min() ?? 0), "maximum": JSON(values.max() ?? 0),
            "flaw": map.flaw.map { .text($0.rawValue) } ?? .null,
            "figures": .object(
              map.figures.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }),
          ])
      }
      return [
        "class": .text(labels[number]), "probability": JSON(maps.probabilities[number]),
        "maps": .object(shown),
      ] as JSON
    }
    return ["picture": .text(name), "classes": .list(classes)]
  }

  /// Writes the record with what was found, and the chart of what was judged.
  ///
  /// - Throws: `RunError.cannotWrite`, `ImageError.cannotWrite`.
  func end(_ results: [JSON], _ table: YardstickTable?) throws {
    guard let output else { return }
    let options = zip(methods.labels, methods.options).map { JSON.Member($0, .text($1)) }
    var members = [JSON.Member("methods", .object(options)), JSON.Member("results", .list(results))]
    if !methods.isPlain {
      members.insert(JSON.Member("options", .text(ConfigurationLoader.yaml(of: methods.shared))), at: 1)
    }
    if let table {
      members.append(JSON.Member("yardsticks", table.json))
      try table.chart.writePNG(to: "\(output.path)/\(chart)")
    }
    try output.writeRecord(network.source, members)
  }
}

import Autograd
import Configuration
import Files
import Foundation
import Imaging
import Models
public import NeuralNetwork
public import Reporting

extension ParameterStore {
  /// Gives the parameters below `backbone.` the pretrained values that the options name, if they name any.
  ///
  /// The file has torchvision's or timm's names, all of them perhaps behind a prefix; its ImageNet classifier
  /// is left out. What is not of the backbone, and components between its blocks, keep their initial values.
  /// What was left out or changed is said.
  ///
  /// - Throws: `RunError.missingWeights`, `WeightFileError` or `WeightLoadError` if the file cannot be read
  ///   or belongs to another backbone, `PretrainedError`, `InputStatisticsError`.
  public func startBackbone(from model: ModelOptions, telling reporter: Reporter = Reporter([])) throws {
    let path = model.weights
    guard path != "none" else { return }
    guard FileManager.default.fileExists(atPath: path) else { throw RunError.missingWeights(path: path) }
    let root = "backbone."
    let names = stateEntries().map(\.name)
    let own = names.filter { !$0.hasPrefix(root) || $0.hasPrefix("\(root)\(BlockComponents.scope).") }
    let others = Set(own)
    let file = try PretrainedFile(
      SafetensorsReader(path: path),
      names: names.filter { !others.contains($0) }.map { String($0.dropFirst(root.count)) })
    try start(
      from: file, of: model.backbone.component, model.normalization, below: root, own: own, telling: reporter)
  }

  /// Gives the parameters below `root` the values of a file; those called `own` keep their initial ones.
  ///
  /// Doubts about the mean and the deviation name these options; `nil` where there can be none.
  ///
  /// - Throws: `WeightLoadError`, `InputStatisticsError`.
  func start(
    from file: PretrainedFile, of backbone: any BackboneOptions, _ normalization: Normalization,
    below root: String = "", own: [String] = [], statistics: StatisticsOptions? = .configuration,
    telling reporter: Reporter
  ) throws {
    let path = file.reader.path.printable
    var notes: [String] = []
    let report = try load(
      file.reader, renaming: { file.name($0).map { root + $0 } }, tolerance: LoadTolerance(missing: own),
      fitting: { name, found, needed in
        let fit = backbone.fit(String(name.dropFirst(root.count)), found: found, needed: needed)
        if let fit { notes.append(fit.note) }
        return fit?.change
      })
    reporter(.note(Self.summary(of: file, report)))
    for note in notes { reporter(.note("\(path): \(note)")) }
    if let statistics,
      let doubt = try file.doubt(about: normalization, usual: backbone.normalization, statistics)
    {
      reporter(.warning(doubt))
    }
    for warning in blankWeights(below: root) { reporter(.warning("\(path): \(warning)")) }
  }

  /// What was taken from a file, and what not.
  private static func summary(of file: PretrainedFile, _ report: LoadReport) -> String {
    let prefix = file.prefix.isEmpty ? "" : " below \(file.prefix.printable)"
    let leftOut = file.leftOut
    let names = leftOut.prefix(4).map { WeightFileError.short($0).printable }.joined(separator: ", ")
    let rest = leftOut.isEmpty ? "" : "; left out: \(names)\(leftOut.count > 4 ? ", …" : "")"
    return "weights \(file.reader.path.printable): \(report.loaded) tensors\(prefix)\(rest)"
  }

  /// The kernels that hold nothing but zeros, which no training leaves.
  private func blankWeights(below root: String) -> [String] {
    let blank = parameters.filter { parameter in
      parameter.name.hasPrefix(root) && parameter.name.hasSuffix(".weight")
        && parameter.shape.rank > 1
        && parameter.value.withUnsafeScalars { !$0.contains { $0 != 0 } }
    }
    guard let first = blank.first else { return [] }
    return ["\(blank.count) kernels hold nothing but zeros, the first is \(first.name.dropFirst(root.count))"]
  }
}

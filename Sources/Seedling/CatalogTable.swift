public import Configuration
public import Training

extension Catalog {
  /// Every family with what the README calls it: the one list of them.
  public static var families: [(title: String, family: any Family.Type)] {
    [
      ("data sets", Datasets.self), ("backbones", Backbones.self),
      ("between a transformer's blocks", BlockComponents.self),
      ("methods", Methods.self), ("methods behind", MethodsBehind.self), ("explainers", Explainers.self),
      ("backgrounds", Backgrounds.self), ("refiners", Refiners.self),
      ("labels of pseudo-masks", Labelings.self),
      ("segmentation heads", Heads.self),
      ("segmentation losses", SegmentationLosses.self), ("optimizers", Optimizers.self),
    ]
  }

  /// The catalogue as a Markdown table, a family a row.
  public static var table: String {
    let rows = families.map { title, family in
      let names = family.members.map { "`\($0.name)`" }
      return "| \(title) | \(names.isEmpty ? "none yet" : names.joined(separator: ", ")) |\n"
    }
    return "| family | names in YAML |\n|---|---|\n" + rows.joined()
  }
}

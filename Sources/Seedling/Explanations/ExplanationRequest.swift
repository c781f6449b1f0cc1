/// What is asked of `explain`.
public struct ExplanationRequest: Sendable {
  /// Where the network comes from.
  public enum Source: Sendable, Equatable {
    /// The classifier of a run, by its folder.
    case run(String)
    /// A backbone by its name, with options in braces, and the classifier that its published weights have;
    /// `classes` is a file with their names, `statistics` what the network expects of its input where the
    /// file does not say it.
    case published(model: String, weights: String, classes: String?, statistics: InputStatistics? = nil)
  }

  /// The network that is explained.
  public var network: Source
  /// The pictures: files and folders.
  public var images: [String]
  /// The methods, separated by commas; options of one stand with its name in braces, as in YAML.
  public var methods: String
  /// Names of classes separated by commas, `top:3` for those with the highest scores, or `labels` for those
  /// that a picture is known to hold.
  public var classes = "top:1"
  /// The feature map that is explained; empty for that of each method.
  public var stage = ""
  /// What is asked of all methods alike, as YAML: `{target: probability, mirror: true}`; empty for nothing.
  public var options = ""
  /// The side in pixels that pictures are resized to; `nil` for that of the run's seeds,
  /// or 224.
  public var size: Int?
  /// The folder for pictures and figures; `nil` for none.
  public var output: String?
  /// The folder for raw maps; `nil` for none.
  public var raw: String?
  /// Whether the maps are judged.
  public var isJudged = false
  /// The folder of true masks; `nil` for those of the run's data set.
  public var masks: String?
  /// A table of true boxes in place of masks.
  public var boxes: String?
  /// Whether the figures are given as JSON.
  public var isJSON = false

  /// A request to explain some pictures.
  public init(_ network: Source, images: [String], methods: String) {
    self.network = network
    self.images = images
    self.methods = methods
  }
}

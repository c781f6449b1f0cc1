/// Something that happened in a run and that people or programs may want to know.
public enum Event: Sendable, Equatable {
  /// A stage begins, or goes on after a step that was saved.
  case stageStarted(StageStart)
  /// A stage has nothing to do, because of `reason`.
  case stageSkipped(stage: String, reason: String)
  /// A stage is complete after `seconds`.
  case stageFinished(stage: String, seconds: Double)
  /// One step of a stage is done.
  case step(Step)
  /// A figure was measured.
  case metric(Metric)
  /// A figure for each class was measured.
  case classTable(ClassTable)
  /// Something worth knowing, in one line.
  case note(String)
  /// Something that may make the results wrong, in one line with the remedy.
  case warning(String)
  /// A picture was written.
  case picture(path: String, caption: String)
}

/// The begin of a stage.
public struct StageStart: Sendable, Equatable {
  /// The name of the stage.
  public var stage: String
  /// The number of steps; `nil` when it is not known.
  public var steps: Int?
  /// What one step is, in the singular.
  public var unit: String
  /// The step after which the stage goes on; 0 for a fresh start.
  public var resumedAfter: Int

  /// The begin of `stage`.
  public init(_ stage: String, steps: Int? = nil, unit: String = "step", resumedAfter: Int = 0) {
    self.stage = stage
    self.steps = steps
    self.unit = unit
    self.resumedAfter = resumedAfter
  }
}

/// A step that is done.
public struct Step: Sendable, Equatable {
  /// A part of the loss, or another number of the step.
  public struct Term: Sendable, Equatable {
    /// The name, as in `loss.cls`.
    public var name: String
    /// The value.
    public var value: Float

    /// A named value.
    public init(_ name: String, _ value: Float) {
      self.name = name
      self.value = value
    }
  }

  /// The name of the stage.
  public var stage: String
  /// The number of steps that are done, this one included.
  public var number: Int
  /// The terms of the loss in the order of their importance; empty for stages without a loss.
  public var losses: [Term]
  /// The rate of the first parameter group.
  public var learningRate: Float?
  /// The wall time of the step, the wait for data included.
  public var seconds: Double
  /// The part of `seconds` spent waiting for data.
  public var dataSeconds: Double

  /// The step `number` of `stage`.
  public init(
    _ stage: String, _ number: Int, losses: [Term] = [], learningRate: Float? = nil, seconds: Double,
    dataSeconds: Double = 0
  ) {
    self.stage = stage
    self.number = number
    self.losses = losses
    self.learningRate = learningRate
    self.seconds = seconds
    self.dataSeconds = dataSeconds
  }
}

/// A measured figure with the data behind it.
public struct Metric: Sendable, Equatable {
  /// The key, as in `metrics.json`.
  public var name: String
  /// The value; in percent where the name is that of a score.
  public var value: Double
  /// The split that was judged.
  public var split: String
  /// The number of images behind the figure.
  public var images: Int

  /// A figure `name` over `images` of `split`.
  public init(_ name: String, _ value: Double, split: String, images: Int) {
    self.name = name
    self.value = value
    self.split = split
    self.images = images
  }
}

/// A figure for each class in one or more columns, in percent.
public struct ClassTable: Sendable, Equatable {
  /// One column of figures.
  public struct Column: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// A figure for each class; `nil` for a class that occurs neither in the predictions nor in the truth.
    public var values: [Double?]
    /// The mean over the classes that have a figure.
    public var mean: Double?

    /// A column with its mean.
    public init(_ title: String, _ values: [Double?], mean: Double?) {
      self.title = title
      self.values = values
      self.mean = mean
    }
  }

  /// What is judged, as in `segmentation, val, 200 images`.
  public var title: String
  /// The names of the classes.
  public var classes: [String]
  /// The columns; each has as many values as there are classes.
  public var columns: [Column]

  /// A table of `columns` over `classes`.
  public init(_ title: String, classes: [String], columns: [Column]) {
    precondition(
      columns.allSatisfy { $0.values.count == classes.count },
      "table \"\(title)\": \(classes.count) classes, but columns of \(columns.map(\.values.count)) values")
    self.title = title
    self.classes = classes
    self.columns = columns
  }

  /// The table as aligned lines: title, headings, one line per class, the mean, and a footnote for absent
  /// classes.
  public func lines() -> [String] {
    let table = TextTable(
      [.text("class")] + columns.map { .figures($0.title) },
      rows: classes.indices.map { row in [classes[row]] + columns.map { Self.cell($0.values[row]) } },
      totals: ["mean"] + columns.map { Self.cell($0.mean) })
    var lines = table.lines()
    if columns.contains(where: { $0.values.contains { $0 == nil } }) {
      lines.append("— occurs neither in the predictions nor in the truth; left out of the mean")
    }
    return [title] + lines
  }

  private static func cell(_ value: Double?) -> String { value.map { Formatting.fixed($0, 2) } ?? "—" }
}

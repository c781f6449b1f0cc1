public import Autograd

/// The scalar that a map is the evidence for: a function of the class scores and of the class that is asked
/// about.
///
///     Target.difference(from: 3)                                // y_c − y_3
///     Target("margin") { logits, classes in … }                 // any scalar of one's own
///
/// Two targets of one name are taken for the same one.
public struct Target: Sendable, Hashable {
  /// What it is called, with its options.
  public let name: String
  private let scalars: @Sendable (_ logits: Tensor, _ classes: [Int]) -> Tensor

  /// A target of one's own: `scalars` makes `[rows]` of class scores `[rows, classes]` and one class a row.
  ///
  /// It must not mix rows.
  public init(
    _ name: String, _ scalars: @escaping @Sendable (_ logits: Tensor, _ classes: [Int]) -> Tensor
  ) {
    self.name = name
    self.scalars = scalars
  }

  /// The targets `[rows]` of class scores `[rows, classes]`, before softmax or sigmoid, for a class a row.
  public func callAsFunction(_ logits: Tensor, classes: [Int]) -> Tensor {
    let values = scalars(logits, classes)
    precondition(
      values.shape == [logits.shape[0]],
      "target \(name): gives \(values.shape) for scores of shape \(logits.shape); give one value a row")
    return values
  }

  public static func == (left: Target, right: Target) -> Bool { left.name == right.name }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Target {
  /// The class score y_c.
  public static let logit = Target("logit") { ($0 * chosen($1, of: $0)).sum(axes: [1]) }

  /// σ(y_c), of a classifier whose classes are independent.
  public static let probability = Target("probability") { of($0.sigmoid(), $1) }

  /// log σ(y_c), whose gradient does not vanish where the class is sure to be absent.
  public static let logProbability = Target("log-probability") { logits, classes in
    -of((-logits).softplus(), classes)
  }

  /// The softmax of y at c, of a classifier whose classes exclude each other.
  public static let softmax = Target("softmax") { of($0.softmax(axis: 1), $1) }

  /// The logarithm of the softmax of y at c.
  public static let logSoftmax = Target("log-softmax") { of($0.logSoftmax(axis: 1), $1) }

  /// What lowers another target: counterfactual evidence (Selvaraju et al., 2020, section 3.3).
  public static func negative(_ target: Target = .logit) -> Target {
    Target("negative \(target.name)") { -target($0, classes: $1) }
  }

  /// y_c − y_d.
  ///
  /// - Precondition: there is a class d, counted from 0.
  public static func difference(from other: Int) -> Target {
    Target("difference from \(other)") { logits, classes in
      let others = [Int](repeating: other, count: classes.count)
      return (logits * (chosen(classes, of: logits) - chosen(others, of: logits))).sum(axes: [1])
    }
  }

  /// y_c less `strength` times the mean of the `count` other scores that are closest to it
  /// (Zhang et al.: FinerCAM, 2025).
  public static func contrast(strength: Float, count: Int) -> Target {
    Target("contrast \(strength) \(count)") { logits, classes in
      let others = rivals(logits, classes, count)
      return (logits * (chosen(classes, of: logits) - others * strength)).sum(axes: [1])
    }
  }

  /// The score of a head with a single output, or its negative for the class that the output denies.
  public static func binary(positive: Bool) -> Target {
    Target("binary \(positive ? "positive" : "negative")") { logits, _ in
      let score = logits.slice(axis: 1, 0..<1).sum(axes: [1])
      return positive ? score : -score
    }
  }

  private static func of(_ values: Tensor, _ classes: [Int]) -> Tensor {
    (values * chosen(classes, of: values)).sum(axes: [1])
  }

  /// 1 at each row's class, else 0, `[rows, classes]`.
  private static func chosen(_ classes: [Int], of logits: Tensor) -> Tensor {
    let (rows, width) = (logits.shape[0], logits.shape[1])
    precondition(
      classes.count == rows && classes.allSatisfy { 0 <= $0 && $0 < width },
      "target: classes \(classes) for scores of shape \(logits.shape)")
    return Tensor(shape: logits.shape) { out in
      for row in 0..<rows {
        for column in 0..<width { out[row * width + column] = classes[row] == column ? 1 : 0 }
      }
    }
  }

  /// The weights of a mean over the `count` classes whose scores are closest to each row's own,
  /// `[rows, classes]`; the first of equally close ones.
  private static func rivals(_ logits: Tensor, _ classes: [Int], _ count: Int) -> Tensor {
    let (rows, width) = (logits.shape[0], logits.shape[1])
    let scores = logits.scalars
    var weights = [Float](repeating: 0, count: rows * width)
    for (row, own) in classes.enumerated() {
      func distance(_ index: Int) -> Float { abs(scores[row * width + index] - scores[row * width + own]) }
      let others = (0..<width).filter { $0 != own }
        .sorted { (distance($0), $0) < (distance($1), $1) }.prefix(count)
      for index in others { weights[row * width + index] = 1 / Float(others.count) }
    }
    return Tensor(weights, shape: logits.shape)
  }
}

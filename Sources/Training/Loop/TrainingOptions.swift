public import Configuration
public import Datasets
public import Models

/// What the options of all training stages have.
public protocol TrainingOptions {
  /// How training images are varied.
  var augmentation: Augmentation { get }
  /// Length and learning rate schedule.
  var schedule: ScheduleOptions { get }
  /// The rule that turns gradients into steps.
  var optimizer: Choice<Catalog.Optimizers> { get }
  /// Exceptions for parameters by the beginning of their names.
  var groups: [ParameterGroupOptions] { get }
  /// The greatest norm of all gradients together; 0 means no clipping.
  var clipNorm: Float { get }
}

/// What the keys mean that all training stages have.
public enum TrainingKeys {
  /// Of the option `augmentation`.
  public static let augmentation = "how training images are varied"
  /// Of the option `schedule`.
  public static let schedule = "length and learning rate schedule"
  /// Of the option `optimizer`.
  public static let optimizer = "adamw or sgd, with its options"
  /// Of the option `groups`.
  public static let groups = "exceptions for parameters by the beginning of their names"
  /// Of the option `clip_norm`.
  public static let clipNorm = "greatest norm of all gradients together; 0 is off"
}

extension BackboneOptions {
  /// Refuses training windows that the backbone does not take; `option` is the path of the augmentation.
  ///
  /// - Throws: `ConfigurationError.invalid`.
  public func requireWindow(of augmentation: Augmentation, option: String) throws(ConfigurationError) {
    try requireMultiple(augmentation.crop, option: "\(option).crop")
  }

  /// Refuses an extent in pixels that the backbone does not take.
  ///
  /// - Throws: `ConfigurationError.invalid` about `option`.
  public func requireMultiple(_ extent: Int, option: String) throws(ConfigurationError) {
    guard extent.isMultiple(of: inputMultiple) else {
      throw .invalid(
        option,
        "is \(extent), which for \(type(of: self).name) is not a multiple of \(inputMultiple); "
          + "use \(nearestLegalExtent(extent))")
    }
  }
}

extension BatchLoader {
  /// The batches of a training stage: the training images in the options' order, size and variation.
  ///
  /// - Throws: `DatasetError.invalidOption` if the augmentation is impossible, `.emptySplit` without images.
  public init(
    _ context: RunContext, _ options: some TrainingOptions, masks: MaskSource = .none
  ) throws {
    try self.init(
      context.dataset, ids: context.dataset.identifiers(of: .train), batchSize: options.schedule.batch,
      augmentation: options.augmentation, masks: masks, normalization: context.job.model.normalization,
      seed: context.job.generatorSeed)
  }
}

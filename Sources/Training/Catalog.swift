public import Configuration
import Datasets
import Models
import WeakSupervision

/// The table of contents of the project: every component that a configuration can name.
public enum Catalog {
  /// Feature extractors.
  public enum Backbones: Family {
    public static let members: [any Component.Type] = [
      ResNet18.self, ResNet34.self, ResNet50.self, ResNet101.self, MobileNetV2.self, SqueezeNet.self,
      ViTTiny.self, ViTSmall.self, ViTBase.self,
    ]
  }

  /// Segmentation heads.
  public enum Heads: Family {
    public static let members: [any Component.Type] = [
      LinearHead.self, LargeFOV.self, ASPP.self, DeepLabV3Plus.self,
    ]
  }

  /// Data sets.
  public enum Datasets: Family {
    public static let members: [any Component.Type] = [VOC.self, Folder.self, SyntheticShapes.self]
  }

  /// Methods that show where a class is.
  public enum Explainers: Family {
    public static let members: [any Component.Type] = [CAM.self, GradCAM.self, LayerCAM.self]
  }

  /// Methods that fit class probabilities to an image's outlines.
  public enum Refiners: Family {
    public static let members: [any Component.Type] = [PAR.self, DenseCRF.self]
  }

  /// Methods from seeds to pseudo-masks: all refiners, and those that ask the classifier.
  public enum SeedRefiners: Family {
    public static let members: [any Component.Type] =
      Refiners.members + [RandomWalk.self, AttentionWalk.self]
  }

  /// Ways to choose which pixels of a pseudo-mask get a label.
  public enum Labelings: Family {
    public static let members: [any Component.Type] = [RefinedLabels.self, ConfidentLabels.self]
  }

  /// Losses that a segmenter learns from masks with.
  public enum SegmentationLosses: Family {
    public static let members: [any Component.Type] = [
      CrossEntropyLoss.self, BalancedLoss.self, GeneralizedLoss.self, SymmetricLoss.self,
      BootstrappedLoss.self, SmoothedLoss.self, TrimmedLoss.self, RankPooledLoss.self,
      ScaledResponseLoss.self,
    ]
  }

  /// Rules that turn gradients into steps.
  public enum Optimizers: Family {
    public static let members: [any Component.Type] = [AdamWOptions.self, SGDOptions.self]
  }
}

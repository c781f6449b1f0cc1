public import Configuration
public import Datasets
public import Models
public import WeakSupervision

/// The table of contents of the project: every component that a configuration can name.
public enum Catalog {
  /// Feature extractors.
  public enum Backbones: Family {
    public typealias Member = any BackboneOptions

    public static let members: [any Component.Type] = [
      ResNet18.self, ResNet34.self, ResNet50.self, ResNet101.self, MobileNetV2.self,
      EfficientNetLite0.self, EfficientNetLite2.self, SqueezeNet.self, ViTTiny.self, ViTSmall.self,
      ViTBase.self,
    ]
  }

  /// What can work on the tokens between two blocks of a transformer.
  public typealias BlockComponents = Models.BlockComponents

  /// Segmentation heads.
  public enum Heads: Family {
    public typealias Member = any HeadOptions

    public static let members: [any Component.Type] = [
      LinearHead.self, LargeFOV.self, ASPP.self, DeepLabV3Plus.self,
    ]
  }

  /// Data sets.
  public enum Datasets: Family {
    public typealias Member = any DatasetOptions

    public static let members: [any Component.Type] = [VOC.self, Folder.self, SyntheticShapes.self]
  }

  /// Methods that show where a class is.
  public enum Explainers: Family {
    public typealias Member = any Explainer

    public static let members: [any Component.Type] = [
      CAM.self, GradCAM.self, GradCAMPlusPlus.self, HiResCAM.self, XGradCAM.self, LayerCAM.self,
      EigenCAM.self, EigenGradCAM.self, SmoothGradCAMPlusPlus.self, IntegratedGradCAM.self, ScoreCAM.self,
      AblationCAM.self, CFCAM.self, FinerCAM.self, FullGrad.self,
      PixelGradient.self, InputXGradient.self, GuidedBackpropagation.self, Deconvolution.self,
      GuidedGradCAM.self, SmoothGrad.self, IntegratedGradients.self, Occlusion.self, AttentionRollout.self,
      AttentionRelevance.self, AttentionGradCAM.self, LeGrad.self, TokenActivationMap.self, RandomMap.self,
    ]
  }

  /// Ways to fit class probabilities to an image's outlines, or to what the classifier sees as alike.
  public enum Refiners: Family {
    public typealias Member = any Refiner

    public static let members: [any Component.Type] = [
      PAR.self, DenseCRF.self, RandomWalk.self, AttentionWalk.self,
    ]
  }

  /// Ways to choose the value of class maps below which a pixel is background.
  public enum Backgrounds: Family {
    public typealias Member = any BackgroundRule

    public static let members: [any Component.Type] = [
      FixedBackground.self, OtsuBackground.self, MixtureBackground.self, KneeBackground.self,
      LackingBackground.self, AgreementBackground.self, StabilityBackground.self, EvidenceBackground.self,
    ]
  }

  /// Ways to choose which pixels of a pseudo-mask get a label.
  public enum Labelings: Family {
    public typealias Member = any Labeling

    public static let members: [any Component.Type] = [RefinedLabels.self, ConfidentLabels.self]
  }

  /// Losses that a segmenter learns from masks with.
  public enum SegmentationLosses: Family {
    public typealias Member = any SegmentationLoss

    public static let members: [any Component.Type] = [
      CrossEntropyLoss.self, BalancedLoss.self, GeneralizedLoss.self, SymmetricLoss.self,
      BootstrappedLoss.self, SmoothedLoss.self, TrimmedLoss.self, RankPooledLoss.self,
      ScaledResponseLoss.self,
    ]
  }

  /// Rules that turn gradients into steps.
  public enum Optimizers: Family {
    public typealias Member = any OptimizerOptions

    public static let members: [any Component.Type] = [AdamWOptions.self, SGDOptions.self]
  }
}

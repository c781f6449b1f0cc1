public import Configuration
public import NeuralNetwork

/// The options that all vision transformers share.
public protocol VisionTransformerOptions: BackboneOptions, Validatable {
  /// The side of the square images that the position embedding was made for, in pixels.
  var imageSize: Int { get }
}

extension VisionTransformerOptions {
  public static var documentation: [String: String] {
    ["imageSize": "side of the images that the position embedding was made for, in pixels"]
  }

  public var inputMultiple: Int { VisionTransformer.patch }

  public func validate() throws(ConfigurationError) {
    guard imageSize > 0, imageSize.isMultiple(of: VisionTransformer.patch) else {
      throw .invalid(
        "image_size", "is \(imageSize), which patches cannot fill; use \(nearestLegalExtent(imageSize))")
    }
  }

  fileprivate func build(channels: Int, heads: Int, in scope: ParameterScope) -> any Backbone {
    VisionTransformer(Self.name, channels: channels, heads: heads, depth: 12, imageSize: imageSize, in: scope)
  }
}

/// ViT-Tiny with patches of 16 pixels, as DeiT-Tiny: 192 channels, 3 heads, 5.7 M parameters.
public struct ViTTiny: VisionTransformerOptions {
  public static let name = "vit-tiny"
  public var imageSize = 224

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone { build(channels: 192, heads: 3, in: scope) }
}

/// ViT-Small with patches of 16 pixels, as DeiT-Small: 384 channels, 6 heads, 22 M parameters.
public struct ViTSmall: VisionTransformerOptions {
  public static let name = "vit-small"
  public var imageSize = 224

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone { build(channels: 384, heads: 6, in: scope) }
}

/// ViT-Base with patches of 16 pixels, as DeiT-Base: 768 channels, 12 heads, 86 M parameters.
public struct ViTBase: VisionTransformerOptions {
  public static let name = "vit-base"
  public var imageSize = 224

  public init() {}

  public func build(in scope: ParameterScope) -> any Backbone { build(channels: 768, heads: 12, in: scope) }
}

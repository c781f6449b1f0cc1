import Autograd
public import Configuration
import Imaging

/// A data set that is drawn from a seed and needs no file; see <doc:SyntheticShapes-article>.
public struct SyntheticShapes: DatasetOptions {
  public static let name = "synthetic-shapes"

  @Setting("which images are drawn; other seeds give other images of the same kind")
  public var seed: UInt64 = 0
  @Setting(
    "width and height of each image in pixels, 16 to 1024",
    .where("an image has 16 to 1024 pixels on a side") { 16...1024 ~= $0 })
  public var side = 64
  @Setting(
    "number of images to train on; seeds are judged on the same ones", 1...1_000_000)
  public var trainImages = 1200
  @Setting("number of held-out images", 1...1_000_000)
  public var valImages = 200
  @Setting(
    "how many of the classes bird, cat, fish, turtle, boat, house, tree, car, lamp, flower, kite, mug",
    .within(2...12))
  public var classes = 6
  @Setting("least and most objects in an image, all of different classes", .each(.within(1...6)))
  public var objects = [1, 3]
  @Setting(
    "smallest and largest radius of an object that is alone, as shares of the image's side",
    .each(.within(0.05...0.5)))
  public var objectSize: [Float] = [0.28, 0.4]
  @Setting("least and most scraps that belong to no class", .each(.within(0...100)))
  public var clutter = [3, 7]
  @Setting("contrast of the picture: 1 as it is drawn, towards 0 all grey", .within(0.05...1))
  public var contrast: Float = 1
  @Setting(
    "grounds: shared by all classes, or own, which appear only behind their class and so betray it",
    .oneOf(["shared", "own"]))
  public var grounds = "shared"

  public init() {}

  public func validate() throws(ConfigurationError) {
    try requireRange("objects", objects)
    try requireRange("object_size", objectSize)
    try requireRange("clutter", clutter)
    guard objects[1] <= classes else {
      throw .invalid(
        "objects", "goes up to \(objects[1]), but there are \(classes) classes; use at most that")
    }
  }

  private func requireRange(_ key: String, _ range: [some Comparable]) throws(ConfigurationError) {
    guard range.count == 2, range[0] <= range[1] else {
      throw .invalid(key, "is \(range); use two numbers, the smaller one first")
    }
  }

  public func open() throws(DatasetError) -> any Dataset {
    requireValid()
    return SyntheticShapesDataset(options: self)
  }
}

/// Draws the image with a given name whenever it is asked for.
private struct SyntheticShapesDataset: Dataset {
  let options: SyntheticShapes
  var classNames: [String] { ShapeClass.all.prefix(options.classes).map(\.name) }

  /// Seeds are judged on the images that were trained on, as everywhere in this field.
  func name(of split: Split) -> String { split == .val ? "val" : "train" }

  func identifiers(of split: Split) throws(DatasetError) -> [String] {
    let name = name(of: split)
    let count = split == .val ? options.valImages : options.trainImages
    return (0..<count).map { number in
      let digits = String(number)
      return name + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
  }

  func labels(of id: String) throws(DatasetError) -> [Int] {
    try scene(id).labels
  }

  func image(of id: String) throws(DatasetError) -> Image {
    try sample(id, wantsMask: false).image
  }

  func mask(of id: String) throws(DatasetError) -> LabelMap? {
    try sample(id, wantsMask: true).mask
  }

  func sample(_ id: String, wantsMask: Bool) throws(DatasetError) -> Sample {
    let scene = try scene(id)
    var random = Philox(seed: options.seed, name: "paint/" + id)
    let picture = SceneRenderer(scene, options, random: &random)
    return Sample(
      id: id, image: Image(width: options.side, height: options.side, pixels: picture.pixels),
      labels: scene.labels,
      mask: wantsMask ? LabelMap(width: options.side, height: options.side, ids: picture.ids) : nil)
  }

  private func scene(_ id: String) throws(DatasetError) -> Scene {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "train" || parts[0] == "val", let number = Int(parts[1]), number >= 0
    else { throw .unknownIdentifier(id: id) }
    // Each run of as many images as there are classes has every class as its first object once.
    let classes = options.classes
    var turn = Philox(seed: options.seed, name: "turn/\(parts[0])", step: number / classes)
    let firstClass = Array(0..<classes).shuffled(using: &turn)[number % classes]
    var random = Philox(seed: options.seed, name: "scene/" + id)
    return Scene(firstClass: firstClass, options, random: &random)
  }
}

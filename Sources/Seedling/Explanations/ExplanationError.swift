import Files

/// What can be wrong with a request to explain, or with one picture of it.
public enum ExplanationError: Error, Sendable, Equatable {
  case nothingAsked
  case noMethod
  case unknownStage(method: String, stage: String, known: [String])
  case noStage(stage: String, methods: [String])
  case unknownClass(name: String, nearest: String?, known: [String])
  case badTop(text: String, classes: Int)
  case badChannels(option: String, text: String, lowest: Float)
  case noLabels(path: String)
  case noMask(path: String)
  case badBox(path: String, line: Int, reason: String)
  case noBox(path: String)
  case boxOutside(path: String, right: Int, bottom: Int, width: Int, height: Int)
  case masksAndBoxes
  case otherClasses
  case maskSize(mask: String, width: Int, height: Int, image: String, imageWidth: Int, imageHeight: Int)
}

extension ExplanationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nothingAsked:
      "nothing is to be written; name --output, --raw or --evaluate"
    case .noMethod:
      "--methods: no method is named; give one or more of them, separated by commas"
    case .unknownStage(let method, let stage, let known):
      "\(method): there is no feature map \(stage); use one of \(known.joined(separator: ", "))"
    case .noStage(let stage, let methods):
      """
      --stage: \(stage) is asked of methods that explain one place only \
      (\(methods.joined(separator: ", "))); leave it out, or name a method that explains any feature map
      """
    case .unknownClass(let name, let nearest?, _):
      "--classes: there is no class \"\(name)\"; did you mean \"\(nearest)\"?"
    case .unknownClass(let name, nil, let known):
      "--classes: there is no class \"\(name)\"; the classes are \(Self.list(known))"
    case .badTop(let text, let classes):
      "--classes: \"\(text)\" is no number of classes; give top:1 to top:\(classes)"
    case .badChannels(let option, let text, let lowest):
      """
      \(option): "\(text)" is no value for red, green and blue; give three numbers from \
      \(lowest == 0 ? "0" : "\(lowest)") to 1, as in 0.5,0.5,0.5
      """
    case .noLabels(let path):
      """
      \(path): its classes are not known, neither from a mask nor from a run's data set; name classes or \
      top:3 with --classes, or a folder of masks with --masks
      """
    case .noMask(let path):
      "\(path): there is no such mask; add it, or leave the picture out"
    case .badBox(let path, let line, let reason):
      "\(path):\(line): \(reason); a line is as image,class,xmin,ymin,xmax,ymax says"
    case .noBox(let path):
      "\(path): has no line in the table of boxes; add it, or leave the picture out"
    case .boxOutside(let path, let right, let bottom, let width, let height):
      """
      \(path): has \(width) × \(height) pixels, but a box ends at column \(right) and row \(bottom), counted \
      from 0; give the boxes of this picture
      """
    case .masksAndBoxes:
      "--boxes: maps are judged by masks or by boxes; leave one of --masks and --boxes out"
    case .otherClasses:
      """
      the run's data set has other classes by now than its network; name classes or top:3 with --classes, or \
      a folder of masks with --masks
      """
    case .maskSize(let mask, let width, let height, let image, let imageWidth, let imageHeight):
      """
      \(mask): \(width) × \(height) pixels, but \(image) has \(imageWidth) × \(imageHeight); give the \
      mask of this picture
      """
    }
  }

  private static func list(_ names: [String]) -> String {
    let rest = names.count - 12
    return names.prefix(12).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

public import Autograd

/// A reader of files, with the inputs that its mutations start from.
///
/// One value reads many inputs, one after the other; what it needs beside the input lies in the folder that
/// it was created with.
public protocol FuzzedReader: SendableMetatype {
  /// The name on the command line.
  static var name: String { get }

  /// How many inputs this reader gets beside the others, in proportion; slow ones get fewer.
  static var share: Int { get }

  /// Small valid files, the first inputs of every run.
  var corpus: [[UInt8]] { get }

  /// Mutations that know the format, beside those of any bytes.
  var mutations: [Mutation] { get }

  /// A reader that may keep files in `folder`, which is empty.
  init(folder: String) throws

  /// Reads one input as the project does.
  ///
  /// - Throws: `Disagreement` if what was read cannot be right; any other error refuses the input.
  func read(_ input: [UInt8]) throws -> Reading
}

extension FuzzedReader {
  public static var share: Int { 10 }
}

/// What was read, in a plain format that another program can compare; made only when it is asked for.
public typealias Reading = () throws -> [UInt8]

/// A change of an input.
public typealias Mutation = @Sendable (_ bytes: inout [UInt8], _ random: inout Philox) -> Void

/// An input that was accepted although what was read from it cannot be right.
public struct Disagreement: Error, Equatable {
  /// What does not fit.
  public let reason: String

  /// A disagreement because of `reason`.
  public init(_ reason: String) {
    self.reason = reason
  }
}

/// The readers that are fuzzed.
public enum FuzzedReaders {
  /// One for each format.
  public static let all: [any FuzzedReader.Type] = [
    PNGReader.self, MaskReader.self, JPEGReader.self, WeightReader.self, ClassMapReader.self,
    CheckpointReader.self, OneHotReader.self, LabelTableReader.self, AnnotationReader.self,
    ClassListReader.self,
    IdListReader.self, JSONReader.self, ConfigurationReader.self, SettingReader.self, StageRecordReader.self,
    RunRecordReader.self, ManifestReader.self, LogReader.self,
  ]

  /// The reader called `name`; `self-test` is one that misbehaves on purpose.
  public static func named(_ name: String) -> (any FuzzedReader.Type)? {
    (all + [SelfTestReader.self]).first { $0.name == name }
  }
}

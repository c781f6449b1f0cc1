import Foundation

/// What the system says of a file that changes whenever its bytes do: size, times and number.
///
/// The time of the last change of the entry counts too, which no program can set: a file of the same size
/// that is given the old time is told apart. A copy has another stamp and the same bytes.
public struct FileStamp: Sendable, Equatable {
  /// The size in bytes, the times of the last change of bytes and of entry in nanoseconds since 1970, and the
  /// file's number.
  public let fields: [Int]

  /// The stamp of the file at `path`, or `nil` if there is none.
  ///
  /// A file that was changed in the last two seconds, or in the future, has none either: it may change again
  /// within one tick of its file system's clock.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
    let changed = status.st_ctim.tv_sec
    guard changed + 2 < time(nil) else { return nil }
    fields = [
      Int(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim),
      Int(bitPattern: UInt(status.st_ino)),
    ]
  }
}

extension FileStamp: CustomStringConvertible {
  /// Reads what `description` gives.
  public init?(parsing text: String) {
    let fields = text.split(separator: " ").compactMap { Int($0) }
    guard fields.count == 4 else { return nil }
    self.fields = fields
  }

  /// The four numbers, separated by spaces.
  public var description: String { fields.map(String.init).joined(separator: " ") }
}

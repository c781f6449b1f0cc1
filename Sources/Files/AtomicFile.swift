import Foundation
import Synchronization

/// A file that takes its name only when all of it is on the disk, so that nobody ever reads half of one.
///
/// The bytes go to a temporary file in the same folder, which `commit()` flushes and renames. Without that,
/// the temporary file is removed, and `path` holds what it held before. The permissions follow the umask. A
/// path that exists and is no regular file (a pipe, a device) is written to directly.
public final class AtomicFile {
  /// A file that cannot be written; what it held before is still there.
  public struct Failure: Error, Sendable, Equatable {
    /// The file, not the temporary one.
    public let path: String
    /// The system's words for what went wrong.
    public let reason: String
  }

  private let path: String
  private var descriptor: Int32
  /// The temporary file, while it is there.
  private var temporaryPath: String?

  private static let counter = Atomic<Int>(0)
  /// Tells processes apart, also those of other machines and containers, whose numbers may be equal.
  private static let process = XXH64.hex(of: "\(UInt64.random(in: 0 ... .max))")

  /// Begins a file.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public init(_ path: String) throws(Failure) {
    self.path = path
    var status = stat()
    if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      if descriptor < 0 { throw failure() }
    } else {
      let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
      let temporary = "\(path).\(Self.process)-\(number).tmp"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
      if descriptor < 0 { throw failure() }
      temporaryPath = temporary
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporaryPath { unlink(temporaryPath) }
  }

  /// Appends bytes.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func write(_ bytes: [UInt8]) throws(Failure) {
    var position = 0
    while position < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Foundation.write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position)
      }
      if written < 0, errno != EINTR { throw failure() }
      position += max(written, 0)
    }
  }

  /// Flushes the bytes to the disk and gives the file its name; nothing can be written after that.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func commit() throws(Failure) {
    // Pipes and devices cannot be flushed and say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure() }
    let status = close(descriptor)
    descriptor = -1
    guard status == 0 else { throw failure() }
    if let temporaryPath, rename(temporaryPath, path) != 0 { throw failure() }
    temporaryPath = nil
  }

  private func failure() -> Failure { Failure(path: path, reason: String(cString: strerror(errno))) }
}

extension AtomicFile {
  /// Whether a file name is that of a temporary file, which only a process that was killed leaves behind.
  ///
  /// Programs of earlier versions named theirs by their process, or ended them with `.part`.
  public static func isTemporary(_ name: String) -> Bool {
    name.wholeMatch(of: /.+\.([0-9a-f]{16}|[0-9]+)-[0-9]+\.tmp|.+\.(part|partial)/) != nil
  }

  /// Brings the names in a folder to the disk, so that a power cut takes none of them back.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public static func flush(folder path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    // Some file systems of networks cannot flush folders and say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw Failure(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Writes a whole file.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a whole text file in UTF-8.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public static func write(_ text: String, to path: String) throws(Failure) {
    try write(Array(text.utf8), to: path)
  }
}

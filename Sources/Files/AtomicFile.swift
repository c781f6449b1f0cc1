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
      let temporary = "\(path).\(getpid())-\(number).tmp"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
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

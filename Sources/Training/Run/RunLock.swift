import Foundation

/// The right to write in a run folder, which one process at a time has.
///
/// It is a lock of the system on the file `.lock` in the folder, so that it ends with the process, however
/// that ends. The file holds the number of the process that had it last.
public final class RunLock {
  static let fileName = ".lock"

  private let descriptor: Int32
  /// Whether the file system knows locks; if not, nothing keeps a second process out.
  public let isHeld: Bool

  /// Takes the lock of a run folder.
  ///
  /// - Throws: `RunError.inUse` if another process has it, `RunError.cannotWrite`, `RunError.linkInside`.
  public init(_ directory: RunDirectory) throws(RunError) {
    let path = directory.file(Self.fileName)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw .linkInside(path: path) }
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink <= 1 else {
      close(descriptor)
      throw .linkInside(path: path)
    }
    isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    guard !isHeld else {
      let text = Array("\(getpid())\n".utf8)
      if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
      return
    }
    if errno == EWOULDBLOCK {
      let owner = Self.owner(descriptor)
      close(descriptor)
      throw .inUse(run: directory.path, process: owner)
    }
  }

  deinit { close(descriptor) }

  /// The process that is said to have the lock.
  private static func owner(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int(String(decoding: bytes[..<max(count, 0)], as: UTF8.self).prefix { $0.isNumber })
  }
}

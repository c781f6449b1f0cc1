import Foundation
import Synchronization

/// A file that one process appends to, and what others do to it meanwhile.
public final class GrowingFile: Sendable {
  /// What has become of a file that is written to.
  public enum Condition: Sendable, Equatable {
    /// It holds all that was written.
    case whole
    /// Its name is gone.
    case gone
    /// Another file has its name, or it is shorter than what was written.
    case changed
  }

  private struct Extent: Sendable {
    var device = UInt(0)
    var number = UInt(0)
    /// In bytes.
    var size = 0
  }

  /// The file.
  public let path: String
  private let extent = Mutex(Extent())

  init(path: String) {
    self.path = path
  }

  /// Notes which file is written to from now on.
  func open(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    extent.withLock {
      $0 = Extent(device: UInt(status.st_dev), number: UInt(status.st_ino), size: Int(status.st_size))
    }
  }

  /// Notes that so many bytes were appended.
  func grow(by count: Int) { extent.withLock { $0.size += count } }

  /// What has become of the file since it was opened.
  public var condition: Condition {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .gone }
    let own = extent.withLock { $0 }
    let isOwn = own.device == UInt(status.st_dev) && own.number == UInt(status.st_ino)
    return isOwn && Int(status.st_size) >= own.size ? .whole : .changed
  }
}

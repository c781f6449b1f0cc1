import Foundation
import Synchronization

/// The standard output or the standard error, written to without a trap when nobody can take what is written.
///
/// The first failure is kept: whoever writes may go on, and the command says at its end what went wrong.
public final class StandardStream: Sendable {
  /// What people and programs read.
  public static let output = StandardStream(1, "the standard output")
  /// What went wrong.
  public static let error = StandardStream(2, "the standard error")

  /// A stream that takes nothing more.
  public struct Failure: Error, Sendable, Equatable {
    /// The stream, as in `the standard output`.
    public let stream: String
    /// The system's words for what went wrong.
    public let reason: String
  }

  /// The number that the system knows the stream by.
  public let descriptor: Int32
  private let name: String
  private let firstFailure = Mutex<Failure?>(nil)

  private init(_ descriptor: Int32, _ name: String) {
    (self.descriptor, self.name) = (descriptor, name)
  }

  /// The failure after which nothing was written any more.
  public var failure: Failure? { firstFailure.withLock { $0 } }

  /// Writes all of `text`; after a failure, does nothing.
  public func write(_ text: String) {
    guard failure == nil else { return }
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Foundation.write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position)
      }
      if written < 0, errno == EAGAIN {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&state, 1, -1)
      } else if written < 0, errno != EINTR {
        return fail(errno)
      }
      position += max(written, 0)
    }
  }

  /// Hands on what `print` has kept until now.
  public func flush() {
    if fflush(nil) != 0 { fail(errno) }
  }

  private func fail(_ code: Int32) {
    let failure = Failure(stream: name, reason: String(cString: strerror(code)))
    firstFailure.withLock { $0 = $0 ?? failure }
  }

  /// Makes the process fit for streams and files that take nothing: what cannot be written becomes an error
  /// instead of a signal that ends the process, and no file that is opened takes the place of a stream that
  /// was closed.
  public static func prepareProcess() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // Nothing can be written to what is open for reading only, so a closed output is noticed.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}

extension StandardStream.Failure: CustomStringConvertible {
  /// What, what to do; in one line.
  public var description: String {
    "\(stream) cannot be written (\(reason)); direct it to where there is room, and keep it open"
  }
}

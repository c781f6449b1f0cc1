import Files
import Foundation

/// Why a report cannot be read or written.
public enum ReportingError: Error, Sendable, Equatable {
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The text of the file is not JSON.
  case notJSON(path: String, line: Int, expected: String)
}

extension ReportingError: CustomStringConvertible {
  /// Where, what, what to do; in one line.
  public var description: String {
    switch self {
    case .unwritable(let path, let reason):
      "\(path): the file cannot be written: \(reason); check the permissions and the free space"
    case .unreadable(let path, let reason): "\(path): the file cannot be read: \(reason)"
    case .notJSON(let path, let line, let expected):
      "\(path):\(line): not valid JSON: expected \(expected); repair the file or delete it"
    }
  }
}

extension ReportingError {
  /// What prevented a report from being replaced.
  init(_ failure: AtomicFile.Failure) {
    self = .unwritable(path: failure.path, reason: failure.reason)
  }

  /// The system's words for what went wrong, without a path.
  static func reason(_ error: any Error) -> String {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
    return error.localizedDescription
  }
}

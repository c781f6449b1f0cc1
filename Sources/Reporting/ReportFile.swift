import Foundation

/// Small files that are replaced whole, so that a reader never sees half of one.
enum ReportFile {
  /// The text of a file; `nil` if there is none.
  static func read(_ path: String) throws(ReportingError) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: reason(error))
    }
  }

  /// Writes to a temporary name beside `path`, then renames.
  static func replace(_ path: String, with text: String) throws(ReportingError) {
    let temporary = "\(path).part"
    let handle = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC, for: path)
    do {
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
    } catch {
      throw .unwritable(path: path, reason: reason(error))
    }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw .unwritable(path: path, reason: reason)
    }
  }

  /// Opens `path` for writing; errors name `file`, for which it stands.
  static func open(_ path: String, _ flags: Int32, for file: String) throws(ReportingError) -> FileHandle {
    let descriptor = Foundation.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: file, reason: String(cString: strerror(errno))) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// The system's words for what went wrong, without a path.
  static func reason(_ error: any Error) -> String {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
    return error.localizedDescription
  }
}

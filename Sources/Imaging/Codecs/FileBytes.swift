import Foundation
import Synchronization

/// The bytes of a file.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  var bytes: [UInt8] = []
  // One more than the size, so that the usual file is read in one go and its end is seen.
  let step = max(Int(status.st_size) + 1, 1 << 12)
  while true {
    var got = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: step) { buffer, initialized in
      repeat { got = read(descriptor, buffer.baseAddress, step) } while got < 0 && errno == EINTR
      initialized = max(got, 0)
    }
    guard got >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
    if got == 0 { return bytes }
    if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
  }
}

/// Writes `bytes` under a temporary name beside `path`, flushes them to the disk, and renames the file.
///
/// So `path` holds either what it held before or all the bytes, whatever happens. A path that exists and is
/// no regular file (a pipe, a device) is written to directly.
func writeFile(_ bytes: [UInt8], to path: String) throws(ImageError) {
  var status = stat()
  if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
    if let reason = write(bytes, toFileAt: path, flags: O_WRONLY) {
      throw .cannotWrite(path: path, reason: reason)
    }
    return
  }
  let number = temporaryCounter.wrappingAdd(1, ordering: .relaxed).newValue
  let temporary = "\(path).\(getpid())-\(number).tmp"
  var failure = write(bytes, toFileAt: temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
  if failure == nil && rename(temporary, path) != 0 { failure = systemReason() }
  if let failure {
    unlink(temporary)
    throw .cannotWrite(path: path, reason: failure)
  }
}

private let temporaryCounter = Atomic<Int>(0)

/// Writes and flushes; returns what went wrong.
private func write(_ bytes: [UInt8], toFileAt path: String, flags: Int32) -> String? {
  let descriptor = open(path, flags | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { return systemReason() }
  var failure: String?
  bytes.withUnsafeBytes { buffer in
    var rest = buffer[...]
    while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
      let written = write(descriptor, start, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        failure = systemReason()
        return
      }
      rest = rest.dropFirst(written)
    }
  }
  // Pipes and devices cannot be flushed and say EINVAL.
  if failure == nil && fsync(descriptor) != 0 && errno != EINVAL { failure = systemReason() }
  if close(descriptor) != 0 && failure == nil { failure = systemReason() }
  return failure
}

/// The system's words for the last error, in lower case as they stand inside a sentence.
private func systemReason() -> String {
  let reason = String(cString: strerror(errno))
  return reason.prefix(1).lowercased() + reason.dropFirst()
}

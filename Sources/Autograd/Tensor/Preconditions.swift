import Foundation

// Optimised code traps at a broken precondition of the standard library without a word. These two take their
// names' place in every file of the package that can see this module, and say what is wrong in every build.

/// Checks what a caller must see to: stops the program with `message` on standard error unless `condition`.
@inlinable
@inline(__always)
package func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = "",
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { stop("Precondition failed", message(), file, line) }
}

/// Stops the program with `message` on standard error.
@inlinable
package func preconditionFailure(
  _ message: @autoclosure () -> String = "", file: StaticString = #fileID, line: UInt = #line
) -> Never {
  stop("Fatal error", message(), file, line)
}

@inline(never)
@usableFromInline
package func stop(_ kind: String, _ message: String, _ file: StaticString, _ line: UInt) -> Never {
  let description = message.isEmpty ? kind : "\(kind): \(message)"
  FileHandle.standardError.write(Data("\(file):\(line): \(description)\n".utf8))
  abort()
}

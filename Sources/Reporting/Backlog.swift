import Synchronization

/// Keeps events until there is a place for them, such as the log of a run whose folder is not made yet.
public final class Backlog: Sink, Sendable {
  private let kept = Mutex<[Event]>([])

  /// Keeps nothing yet.
  public init() {}

  /// The events so far, in order.
  public var events: [Event] { kept.withLock { $0 } }

  /// Keeps one event.
  public func receive(_ event: Event) throws(ReportingError) {
    kept.withLock { $0.append(event) }
  }
}

import Synchronization

/// A place that events go to.
public protocol Sink {
  /// Takes one event.
  func receive(_ event: Event) throws(ReportingError)
}

/// Hands each event to every sink, one event at a time, from any thread.
public final class Reporter: Sendable {
  private let sinks: Mutex<[any Sink]>

  /// A reporter for `sinks`, which belong to it from now on.
  public init(_ sinks: sending [any Sink] = []) {
    self.sinks = Mutex(sinks)
  }

  /// Hands `event` to every sink.
  ///
  /// A sink that fails is left out from then on, and the others are warned: a full disk must not end a
  /// training.
  public func callAsFunction(_ event: Event) {
    sinks.withLock { sinks in
      var warnings: [String] = []
      sinks = Self.working(sinks, event, &warnings)
      while let warning = warnings.popLast() {
        sinks = Self.working(sinks, .warning(warning), &warnings)
      }
    }
  }

  private static func working(_ sinks: [any Sink], _ event: Event, _ warnings: inout [String]) -> [any Sink] {
    sinks.filter { sink in
      do {
        try sink.receive(event)
        return true
      } catch {
        warnings.append("\(error); the run goes on without it")
        return false
      }
    }
  }
}

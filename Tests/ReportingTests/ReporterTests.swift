import Reporting
import Synchronization
import Testing

@Suite struct ReporterTests {
  /// Events that arrived, visible while the reporter owns the sink.
  final class Inbox: Sendable {
    let events = Mutex<[Event]>([])
  }

  struct Recorder: Sink {
    let inbox: Inbox
    func receive(_ event: Event) { inbox.events.withLock { $0.append(event) } }
  }

  struct FullDisk: Sink {
    func receive(_ event: Event) throws(ReportingError) {
      throw .unwritable(path: "log.jsonl", reason: "No space left on device")
    }
  }

  @Test func everySinkGetsEveryEventInOrder() {
    let (first, second) = (Inbox(), Inbox())
    let report = Reporter([Recorder(inbox: first), Recorder(inbox: second)])
    report(.note("a"))
    report(.note("b"))
    #expect(first.events.withLock { $0 } == [.note("a"), .note("b")])
    #expect(second.events.withLock { $0 } == [.note("a"), .note("b")])
  }

  @Test func aFailingSinkIsLeftOutAndTheOthersWarned() {
    let inbox = Inbox()
    let report = Reporter([FullDisk(), Recorder(inbox: inbox)])
    report(.note("a"))
    report(.note("b"))
    let warning =
      "log.jsonl: the file cannot be written: No space left on device; "
      + "check the permissions and the free space; the run goes on without it"
    #expect(inbox.events.withLock { $0 } == [.note("a"), .warning(warning), .note("b")])
  }
}

import Foundation

/// A worker process as the driver sees it.
struct WorkerProcess {
  /// Why a worker ended.
  enum Ending: Equatable {
    /// It has read all of its inputs.
    case done
    case failed(Verdict)
    /// Since the last measurement, its memory has grown too much.
    case memory
  }

  let share: WorkerShare
  let page: WorkerPage
  let started = ContinuousClock.now
  private let folder: String
  private let identifier: pid_t
  /// The input that was last seen, and the clocks at that time.
  private var seen: (number: Int, processor: Duration, wall: ContinuousClock.Instant)

  /// Starts this program again as a worker for `share`.
  ///
  /// - Throws: `FuzzError`.
  init(_ share: WorkerShare, arguments: [String]) throws {
    self.share = share
    folder = try Self.makeFolder()
    page = try WorkerPage(path: folder + "/" + Worker.page)
    page.number = share.numbers.lowerBound
    let words =
      [
        "--reader", share.reader, "--seed", "\(share.seed)", "--worker", folder, "--from",
        "\(share.numbers.lowerBound)", "--to", "\(share.numbers.upperBound)", "--stride", "\(share.stride)",
      ] + arguments
    identifier = try Self.spawn(words, standardError: folder + "/stderr")
    seen = (-1, .zero, .now)
  }

  /// How the worker has ended, or `nil` while it reads; a worker that hangs is ended.
  mutating func ending(limit: Duration) -> Ending? {
    var status: Int32 = 0
    if waitpid(identifier, &status, WNOHANG) == identifier { return ending(of: status) }
    let (number, processor, now) = (page.number, processorTime(), ContinuousClock.now)
    if number != seen.number {
      seen = (number, processor, now)
    } else if processor - seen.processor > limit || seen.wall.duration(to: now) > limit * 10 {
      kill(identifier, SIGKILL)
      waitpid(identifier, &status, 0)
      return .failed(.hang)
    }
    return nil
  }

  private func ending(of status: Int32) -> Ending {
    let signal = status & 0x7f
    if signal != 0 { return .failed(.crash("signal \(signal)")) }
    let code = status >> 8 & 0xff
    switch Worker.Ending(rawValue: code) {
    case .disagreement: return .failed(.disagreement(text(of: Worker.reason)))
    case .memory: return .memory
    case nil: return code == 0 ? .done : .failed(.crash("exit status \(code)"))
    }
  }

  /// What the worker wrote to the standard error.
  var complaint: String { text(of: "stderr") }

  /// Removes what the worker leaves.
  func clear() {
    page.unmap()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func text(of name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
  }

  private func processorTime() -> Duration {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0 else { return .zero }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// A folder in memory where there is one, since every input is written.
  private static func makeFolder() throws(FuzzError) -> String {
    let root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    // The system puts letters of its own in place of the last six.
    var template = Array((root + "/seedling-fuzz-" + String(repeating: "X", count: 6)).utf8CString)
    guard let path = mkdtemp(&template) else { throw .cannotWrite(path: root) }
    return String(cString: path)
  }

  private static func spawn(_ words: [String], standardError: String) throws(FuzzError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, standardError, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // One thread, so that its time is the time of the input; no backtraces, which take seconds.
    let settings = ["SEEDLING_THREADS": "1", "SWIFT_BACKTRACE": "enable=no"]
    let variables = ProcessInfo.processInfo.environment.merging(settings) { $1 }.map {
      "\($0.key)=\($0.value)"
    }
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "fuzz"
    var strings: [UnsafeMutablePointer<CChar>?] = ([path] + words).map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for string in strings + environment { free(string) } }
    var identifier: pid_t = 0
    let status = posix_spawn(&identifier, path, &actions, nil, &strings, &environment)
    guard status == 0 else { throw .cannotStart(reason: String(cString: strerror(status))) }
    return identifier
  }
}

import Foundation

/// What is wrong with a reader.
public enum Verdict: Equatable, Sendable {
  /// The process ended, by a signal or with an exit status.
  case crash(String)
  /// One input took too long.
  case hang
  /// One input took too much memory.
  case memory
  /// What was read cannot be right.
  case disagreement(String)
}

extension Verdict: CustomStringConvertible {
  public var description: String {
    switch self {
    case .crash(let how): "crash (\(how))"
    case .hang: "hang"
    case .memory: "memory"
    case .disagreement(let reason): "disagreement (\(reason))"
    }
  }
}

/// An input that a reader failed on.
public struct Finding: Equatable, Sendable {
  /// The name of the reader.
  public var reader: String
  /// The seed of the inputs.
  public var seed: UInt64
  /// The number of the input.
  public var number: Int
  /// What happened.
  public var verdict: Verdict
  /// What the process wrote to the standard error.
  public var complaint: String
}

/// What has become of the inputs of one reader.
public struct Tally: Equatable, Sendable {
  /// The number of inputs that were read.
  public var inputs = 0
  /// The number of inputs that were accepted.
  public var accepted = 0
  /// The number of inputs that were refused with an error.
  public var refused = 0
  /// The number of inputs that the reader failed on.
  public var findings = 0
  /// The seconds of all worker processes.
  public var seconds = 0.0
}

/// Lets worker processes read inputs, and goes on behind those that end one.
public struct Driver {
  /// The readers by name, each with the numbers of its inputs.
  public var readers: [(name: String, numbers: Range<Int>)]
  /// The seed of the inputs.
  public var seed: UInt64
  /// The number of processes at the same time.
  public var workers: Int
  /// The processor time that one input may take.
  public var limit = Duration.seconds(2)
  /// The bytes of memory that one input may take.
  public var memoryLimit = 1 << 30
  /// The folder for accepted inputs and what was read from them, if they are kept.
  public var kept: String?
  /// A reader that has failed so many times is left.
  public var mostFindings = 100

  /// The inputs of a process; starting one takes as long as some thousand inputs.
  private static let shareLength = 25_000

  /// A driver of `readers`.
  public init(_ readers: [(name: String, numbers: Range<Int>)], seed: UInt64, workers: Int) {
    self.readers = readers
    self.seed = seed
    self.workers = workers
  }

  /// Reads all inputs.
  ///
  /// - Parameter report: called with each finding, as soon as there is one.
  /// - Returns: what has become of the inputs, by reader.
  /// - Throws: `FuzzError`.
  public func run(_ report: (Finding) throws -> Void) throws -> [String: Tally] {
    var waiting = shares()
    var running: [WorkerProcess] = []
    var tallies = Dictionary(uniqueKeysWithValues: readers.map { ($0.name, Tally()) })
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < workers, let share = waiting.popLast() {
        if tallies[share.reader, default: Tally()].findings >= mostFindings { continue }
        running.append(try WorkerProcess(share, arguments: arguments))
      }
      usleep(5000)
      for index in running.indices.reversed() {
        guard let ending = running[index].ending(limit: limit) else { continue }
        let process = running.remove(at: index)
        defer { process.clear() }
        let (finding, rest) = outcome(of: process, ending)
        add(process, finding, to: &tallies)
        waiting += rest
        if let finding { try report(finding) }
      }
    }
    return tallies
  }

  private var arguments: [String] {
    ["--memory", "\(memoryLimit >> 20)"] + (kept.map { ["--kept", $0] } ?? [])
  }

  /// The shares of all readers; the last comes first.
  private func shares() -> [WorkerShare] {
    readers.flatMap { reader, numbers in
      stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.shareLength).map { start in
        WorkerShare(
          reader: reader, seed: seed, numbers: start..<min(start + Self.shareLength, numbers.upperBound))
      }
    }.reversed()
  }

  /// What a process has found, and what is left of its share.
  private func outcome(
    of process: WorkerProcess, _ ending: WorkerProcess.Ending
  ) -> (Finding?, rest: [WorkerShare]) {
    let (share, page) = (process.share, process.page)
    func part(_ numbers: Range<Int>, stride: Int) -> [WorkerShare] {
      numbers.isEmpty ? [] : [WorkerShare(reader: share.reader, seed: seed, numbers: numbers, stride: stride)]
    }
    func finding(_ verdict: Verdict, _ number: Int) -> Finding {
      Finding(
        reader: share.reader, seed: seed, number: number, verdict: verdict, complaint: process.complaint)
    }
    switch ending {
    case .done: return (nil, [])
    case .failed(let verdict):
      let next = min(page.number + 1, share.numbers.upperBound)
      return (finding(verdict, page.number), part(next..<share.numbers.upperBound, stride: share.stride))
    case .memory where share.stride == 1:
      page.forgetUnmeasured()
      return (finding(.memory, page.number), [])
    case .memory:
      // Each of the inputs since the last measurement on its own, then the others.
      page.forgetUnmeasured()
      let alone = (page.measuredFrom...page.number).flatMap { part($0..<$0 + 1, stride: 1) }
      return (nil, part(page.number + 1..<share.numbers.upperBound, stride: share.stride) + alone)
    }
  }

  private func add(_ process: WorkerProcess, _ finding: Finding?, to tallies: inout [String: Tally]) {
    let page = process.page
    var tally = tallies[process.share.reader] ?? Tally()
    tally.accepted += page.accepted
    tally.refused += page.refused
    tally.findings += finding == nil ? 0 : 1
    tally.inputs = tally.accepted + tally.refused + tally.findings
    tally.seconds += process.started.duration(to: .now) / .seconds(1)
    tallies[process.share.reader] = tally
  }
}

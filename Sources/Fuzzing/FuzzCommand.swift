public import ArgumentParser
import Files
import Foundation
import Reporting
import Training

/// `fuzz`: tries every reader of files on damaged ones.
public struct FuzzCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Tries every reader of files on damaged ones.",
    discussion: """
      Each input is a small valid file with a few changes, and the same for the same seed and number. A \
      reader must accept it or refuse it with an error; a crash, over 2 s or over 1 GiB is a finding, and so \
      is what cannot be right. Findings are saved, and the exit status is 1 if there are any.
      """)

  @Option(
    name: .customLong("reader"), parsing: .upToNextOption,
    help: "The readers: \(FuzzedReaders.all.map { $0.name }.joined(separator: ", ")); all without it.")
  var readers: [String] = []

  @Option(help: "What the changes are drawn from.")
  var seed: UInt64 = 1

  @Option(help: "The number of inputs, over all readers.")
  var inputs = 100_000

  @Option(help: "The number of one input of one reader, to try it again.")
  var input: Int?

  @Option(help: "The number of processes; all cores without it.")
  var workers: Int?

  @Option(help: "The processor time in seconds that one input may take.")
  var seconds = 2.0

  @Option(help: "The memory in MiB that one input may take.")
  var memory = 1024

  @Option(help: "The folder for the inputs that readers fail on.", transform: NamedPath.checked)
  var findings = "Findings"

  @Option(
    help: "A folder for accepted inputs, each with what was read from it.", transform: NamedPath.checked)
  var kept: String?

  @OptionGroup(visibility: .hidden) var worker: WorkerOptions

  public init() {}

  public func validate() throws {
    guard inputs > 0, input ?? 0 >= 0, workers ?? 1 > 0, seconds > 0, (1...1 << 20).contains(memory) else {
      throw ValidationError("--inputs, --workers, --seconds and --memory begin at 1, and --input at 0")
    }
    guard input == nil || readers.count == 1 else {
      throw ValidationError("--input is the number of an input of one reader; name it with --reader")
    }
  }

  public func run() throws {
    for name in readers where FuzzedReaders.named(name) == nil {
      throw FuzzError.unknownReader(name: name, known: FuzzedReaders.all.map { $0.name })
    }
    if let folder = worker.folder {
      if let ending = try share(in: folder).run() { Foundation.exit(ending.rawValue) }
      return
    }
    let names = readers.isEmpty ? FuzzedReaders.all.map { $0.name } : readers
    var driver = Driver(
      parts(names), seed: seed, workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    (driver.limit, driver.memoryLimit, driver.kept) = (.seconds(seconds), memory << 20, kept)
    if let kept { try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true) }
    let tallies = try driver.run(save)
    print(Self.table(names, tallies).lines().joined(separator: "\n"))
    let count = tallies.values.reduce(0) { $0 + $1.findings }
    if count > 0 { throw FuzzError.findings(count: count, folder: findings) }
  }

  /// The inputs of each reader: the one that was asked for, or its part of them all.
  private func parts(_ names: [String]) -> [(name: String, numbers: Range<Int>)] {
    if let input { return names.map { ($0, input..<input + 1) } }
    let shares = names.map { FuzzedReaders.named($0)?.share ?? 0 }
    let all = shares.reduce(0, +)
    return zip(names, shares).map { ($0, 0..<(inputs * $1 + all - 1) / max(all, 1)) }
  }

  private func share(in folder: String) throws -> Worker {
    let share = WorkerShare(
      reader: readers.first ?? "", seed: seed, numbers: worker.from..<max(worker.from, worker.to),
      stride: max(worker.stride, 1))
    return Worker(share: share, folder: folder, memoryLimit: memory << 20, kept: kept)
  }

  /// Prints a finding and writes its input.
  private func save(_ finding: Finding) throws {
    let path = "\(findings)/\(finding.reader)-\(finding.seed)-\(finding.number)"
    print("\(path): \(finding.verdict)")
    let files = FileManager.default
    try files.createDirectory(atPath: findings, withIntermediateDirectories: true)
    let scratch = files.temporaryDirectory.path + "/seedling-fuzz-\(getpid())"
    try files.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: scratch) }
    guard let reader = try FuzzedReaders.named(finding.reader)?.init(folder: scratch) else { return }
    let input = FuzzInputs(of: reader, seed: finding.seed)[finding.number]
    let name = "\(finding.reader)-\(finding.seed)-\(finding.number)"
    try InputFile(name, in: findings).write(input)
    try InputFile.write(text(of: finding), to: name + ".txt", in: findings)
  }

  private func text(of finding: Finding) -> String {
    """
    \(finding.verdict)
    fuzz --reader \(finding.reader) --seed \(finding.seed) --input \(finding.number)
    \(finding.complaint)
    """
  }

  private static func table(_ names: [String], _ tallies: [String: Tally]) -> TextTable {
    func cells(_ name: String, _ tally: Tally) -> [String] {
      let rate = tally.seconds > 0 ? Double(tally.inputs) / tally.seconds : 0
      return [name]
        + [tally.inputs, tally.accepted, tally.refused, tally.findings, Int(rate)].map { "\($0)" }
    }
    let all = tallies.values.reduce(into: Tally()) { sum, tally in
      sum.inputs += tally.inputs
      sum.accepted += tally.accepted
      sum.refused += tally.refused
      sum.findings += tally.findings
      sum.seconds += tally.seconds
    }
    let titles = ["inputs", "accepted", "refused", "findings", "inputs/s"]
    return TextTable(
      [.text("reader")] + titles.map { .figures($0) },
      rows: names.map { cells($0, tallies[$0] ?? Tally()) }, totals: cells("all", all))
  }
}

/// What the driver tells a worker process.
struct WorkerOptions: ParsableArguments {
  @Option(name: .customLong("worker"), transform: NamedPath.checked) var folder: String?
  @Option var from = 0
  @Option var to = 0
  @Option var stride = 64
}

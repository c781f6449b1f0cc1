import Foundation

/// What a worker process tells the driver while it reads inputs, in a page of memory that both map.
///
/// The worker writes plain words and the driver looks at them every few milliseconds or after the worker's
/// end, so a word that is old for an instant does no harm.
struct WorkerPage {
  private let words: UnsafeMutablePointer<Int>

  /// Maps the file at `path`, which has at least one page.
  init(path: String) throws(FuzzError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, 4096) == 0 else { throw .cannotWrite(path: path) }
    defer { close(descriptor) }
    let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw .cannotWrite(path: path) }
    words = memory.bindMemory(to: Int.self, capacity: 512)
  }

  func unmap() { munmap(words, 4096) }

  /// The number of the input that is being read.
  var number: Int {
    get { words[0] }
    nonmutating set { words[0] = newValue }
  }
  var accepted: Int {
    get { words[1] }
    nonmutating set { words[1] = newValue }
  }
  var refused: Int {
    get { words[2] }
    nonmutating set { words[2] = newValue }
  }
  /// The first input since the memory was last measured.
  var measuredFrom: Int { words[3] }

  /// Notes that the memory was measured before the input `number`.
  func noteMeasurement(before number: Int) {
    (words[3], words[4], words[5]) = (number, accepted, refused)
  }

  /// Forgets the inputs since the memory was last measured, which are to be read again.
  func forgetUnmeasured() {
    (accepted, refused) = (words[4], words[5])
  }
}

/// A part of the inputs of a reader, which one process reads.
struct WorkerShare: Equatable, Sendable {
  var reader: String
  var seed: UInt64
  var numbers: Range<Int>
  /// How many inputs are read between two measurements of memory.
  var stride = 64
}

/// What a worker process does.
struct Worker {
  /// How a worker ends that did not read all of its inputs.
  enum Ending: Int32 {
    case disagreement = 3
    case memory = 4
  }

  let share: WorkerShare
  /// An empty folder of its own, with the page.
  let folder: String
  /// The bytes of memory that reading may take.
  let memoryLimit: Int
  /// Where accepted inputs are kept together with what was read, if anywhere.
  let kept: String?

  /// The file that the page lies in.
  static let page = "page"
  /// The file for the reason of a disagreement.
  static let reason = "reason"

  /// Reads the inputs; a failure of the reader ends the process, and the page says at which input.
  ///
  /// - Returns: how the process should end, or `nil` after the last input.
  func run() throws -> Ending? {
    let page = try WorkerPage(path: folder + "/" + Self.page)
    guard let type = FuzzedReaders.named(share.reader) else {
      throw FuzzError.unknownReader(name: share.reader, known: FuzzedReaders.all.map { $0.name })
    }
    let own = folder + "/files"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    let reader = try type.init(folder: own)
    let inputs = FuzzInputs(of: reader, seed: share.seed)
    let (start, driver) = (Memory.peak, getppid())
    Memory.limit(to: start + 16 * memoryLimit)
    page.noteMeasurement(before: share.numbers.lowerBound)
    for number in share.numbers {
      page.number = number
      do {
        try read(inputs[number], number, with: reader)
        page.accepted += 1
      } catch let error as Disagreement {
        try InputFile.write(error.reason, to: Self.reason, in: folder)
        return Memory.peak - start > memoryLimit ? .memory : .disagreement
      } catch {
        // The words, too, are made from what stands in the file.
        _ = "\(error)"
        page.refused += 1
      }
      if (number + 1 - share.numbers.lowerBound) % share.stride == 0 || number + 1 == share.numbers.upperBound
      {
        if Memory.peak - start > memoryLimit { return .memory }
        // Nobody would look at what is found.
        if getppid() != driver { return nil }
        page.noteMeasurement(before: number + 1)
      }
    }
    return nil
  }

  private func read(_ input: [UInt8], _ number: Int, with reader: any FuzzedReader) throws {
    let reading = try reader.read(input)
    guard let kept else { return }
    let name = "\(share.reader)-\(number)"
    try InputFile(name, in: kept).write(input)
    try InputFile(name + ".read", in: kept).write(try reading())
  }
}

/// The memory of this process.
enum Memory {
  /// The most bytes of address space so far.
  static var peak: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") }
    // A number of many digits stands right behind a tab.
    return (line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) * 1024
  }

  /// Makes allocations beyond `bytes` of address space fail, so that no reader takes the whole machine's.
  static func limit(to bytes: Int) {
    // With AddressSanitizer, terabytes are reserved beforehand.
    guard bytes < 1 << 40 else { return }
    var limit = rlimit(rlim_cur: UInt(bytes), rlim_max: UInt(bytes))
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }
}

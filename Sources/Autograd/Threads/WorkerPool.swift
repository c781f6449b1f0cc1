import Foundation
import Synchronization

/// Threads that help with parallel work, one for each core but the caller's.
///
/// A job is a number of pieces, which helpers and the caller take until none is left. Nobody waits for a
/// helper that has not begun, so a job that is over before a sleeping helper wakes costs no time. One job
/// runs at once: a second caller does its work alone.
///
/// `@unchecked Sendable` holds because `body` changes only while the gate is shut and nobody is inside, and
/// is read only by helpers whom the gate has let in.
final class WorkerPool: @unchecked Sendable {
  static let shared = WorkerPool(helpers: Parallel.coreCount - 1)

  private let helpers: Int
  private let isBusy = Atomic<Bool>(false)
  private let gate = Atomic<Int>(0)
  /// The helpers that have left the job.
  private let left = Atomic<Int>(0)
  private var body: @Sendable (Int) -> Void = { _ in }
  private let shares: PieceShares
  private let mostHelpers = Atomic<Int>(0)
  private let arrival: Doorbell
  private let departure: Doorbell

  private init(helpers: Int) {
    self.helpers = helpers
    shares = PieceShares(workers: max(0, helpers) + 1)
    let staysAwake = helpers < ProcessInfo.processInfo.activeProcessorCount
    arrival = Doorbell(staysAwake: staysAwake)
    departure = Doorbell(staysAwake: staysAwake)
    for number in 0..<max(0, helpers) {
      let thread = Thread { [unowned self] in help(worker: number + 1) }
      thread.name = "seedling.worker"
      // Kernels keep small tables on the stack.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Calls `body` with every index below `count`, here and on up to `threads - 1` helpers at once, and
  /// returns when all are done.
  func run(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let isFree = isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    guard isFree, helpers > 0 else {
      for index in 0..<count { body(index) }
      if isFree { isBusy.store(false, ordering: .releasing) }
      return
    }
    self.body = body
    shares.fill(count, sharing: min(threads, helpers + 1))
    mostHelpers.store(threads - 1, ordering: .relaxed)
    left.store(0, ordering: .relaxed)
    let number = Gate(gate.load(ordering: .relaxed)).number &+ 1
    gate.store(Gate(number: number, entered: 0, isOpen: true).rawValue, ordering: .sequentiallyConsistent)
    arrival.ring()
    shares.forEach(of: 0, body)
    let closed = gate.bitwiseAnd(~Gate.openBit, ordering: .sequentiallyConsistent).oldValue
    let entered = Gate(closed).entered
    departure.wait { left.load(ordering: .sequentiallyConsistent) == entered }
    self.body = { _ in }
    isBusy.store(false, ordering: .releasing)
  }

  /// The life of a helper.
  private func help(worker: Int) {
    Parallel.insidePiece {
      var seen = 0
      while true {
        arrival.wait { Gate(gate.load(ordering: .sequentiallyConsistent)).number != seen }
        seen = enter(worker)
      }
    }
  }

  /// Takes part in the newest job, unless it is over or has helpers enough, and returns its number.
  private func enter(_ worker: Int) -> Int {
    var value = gate.load(ordering: .sequentiallyConsistent)
    while true {
      var state = Gate(value)
      guard state.isOpen, state.entered < mostHelpers.load(ordering: .relaxed) else {
        return state.number
      }
      state.entered += 1
      let (isIn, original) = gate.compareExchange(
        expected: value, desired: state.rawValue, ordering: .sequentiallyConsistent)
      if isIn {
        work(worker)
        left.add(1, ordering: .sequentiallyConsistent)
        departure.ring()
        return state.number
      }
      value = original
    }
  }

  /// A function of its own, so that no reference to the body is left when the caller hears of its end.
  @inline(never)
  private func work(_ worker: Int) { shares.forEach(of: worker, body) }
}

/// The number of a job, how many helpers have entered it, and whether more may, in one word.
private struct Gate {
  static let openBit = 1
  var number: Int
  var entered: Int
  var isOpen: Bool

  init(number: Int, entered: Int, isOpen: Bool) {
    (self.number, self.entered, self.isOpen) = (number, entered, isOpen)
  }

  init(_ rawValue: Int) {
    (number, entered, isOpen) = (rawValue >> 16, rawValue >> 1 & 0x7fff, rawValue & Self.openBit != 0)
  }

  var rawValue: Int { number << 16 | entered << 1 | (isOpen ? Self.openBit : 0) }
}

import Synchronization

/// Notes where time goes: for each operation and direction the calls, the seconds, the arithmetic and the
/// memory traffic.
///
/// Operations note themselves in the profile that is current where they are called, and nowhere else:
///
///     let profile = Profile()
///     let gradients = profile.record { loss(x).gradients() }
///     let slowest = profile.entries.max { $0.seconds < $1.seconds }
///
/// The time of a *forward* entry is the time since the previous note: operations run one after the other
/// and note themselves when they end, so this is their time together with the code that led to them (layers,
/// losses, running statistics). An operation that calls others counts only what it does itself. The time of
/// a *backward* entry is that of the pullbacks; what they call is not noted on its own. Contributions to one
/// tensor are added up under `accumulate`. What hands on memory as it is, such as `reshape`, is not noted.
///
/// One profile is meant for one thread at a time; notes from several mix, but do no harm.
public final class Profile: Sendable {
  /// The profile that operations note themselves in; `nil` outside `record`.
  @TaskLocal public static var current: Profile?

  /// What an operation was called for.
  public enum Direction: String, Sendable, Codable {
    /// Its value.
    case forward
    /// The gradients of its inputs.
    case backward
    /// New values of parameters.
    case update
  }

  /// All calls of one operation in one direction.
  public struct Entry: Sendable, Equatable {
    /// The name under which the operation is recorded, with the kind of its `Work`, if that has one.
    public let operation: String
    /// What it was called for.
    public let direction: Direction
    /// The number of calls.
    public var calls = 0
    /// The wall time of all calls.
    public var seconds = 0.0
    /// The multiplications and additions of all calls: two for each multiply-add of `Work`.
    public var flop = 0
    /// The least traffic of all calls in bytes, as if caches kept all that is read twice.
    ///
    /// Forward, the inputs and the output; backward, the gradient, the inputs and the gradients made from
    /// them.
    public var bytes = 0

    /// An entry without calls.
    public init(_ operation: String, _ direction: Direction) {
      self.operation = operation
      self.direction = direction
    }
  }

  private struct State {
    var entries: [Entry] = []
    var positions: [Direction: [String: Int]] = [:]
    /// When the last note was taken.
    var mark = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// A profile without entries.
  public init() {}

  /// What was noted so far, in the order of first calls.
  public var entries: [Entry] { state.withLock(\.entries) }

  /// Calls `body` with this profile as the current one.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.withLock { $0.mark = .now }
    return try Self.$current.withValue(self, operation: body)
  }

  /// Calls `body` and notes it as a whole in the current profile, if there is one.
  public static func time<Result>(
    _ operation: String, _ direction: Direction, bytes: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let current else { return try body() }
    return try current.time(operation, direction, bytes: bytes, body)
  }

  /// Calls `body` and notes it as a whole: operations inside it do not note themselves.
  func time<Result>(
    _ operation: String, _ direction: Direction, bytes: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try Self.$current.withValue(nil, operation: body)
    note(operation, direction, since: start, flop: 0, bytes: bytes)
    return result
  }

  /// Notes that `operation` has just made `output` from `inputs`, unless it is a view of one.
  func forward(_ operation: String, from inputs: [Tensor], to output: Tensor, _ work: Work) {
    guard !inputs.contains(where: { $0.storage === output.storage }) else { return }
    note(
      Self.name(operation, work), .forward, since: nil, flop: 2 * work.forward,
      bytes: Self.bytes(inputs) + Self.bytes([output]))
  }

  /// The gradients that `pullback` of `node` makes from `gradient`, noted unless they are views of it.
  func backward(_ node: Node, _ pullback: Pullback, _ gradient: Tensor) -> [Tensor?] {
    let start = ContinuousClock.now
    let gradients = Self.$current.withValue(nil) { pullback(gradient) }
    let made = gradients.compactMap { $0 }.filter { $0.storage !== gradient.storage }
    if !made.isEmpty {
      note(
        Self.name(node.operation, node.work), .backward, since: start, flop: 2 * node.work.backward,
        bytes: Self.bytes([gradient]) + node.inputBytes + Self.bytes(made))
    }
    return gradients
  }

  private static func name(_ operation: String, _ work: Work) -> String {
    work.kind.isEmpty ? operation : "\(operation) \(work.kind)"
  }

  /// The bytes of the values of `tensors`.
  static func bytes(_ tensors: [Tensor]) -> Int {
    tensors.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
  }

  /// Adds a call that began at `start`, or at the previous note, and ends now.
  private func note(
    _ operation: String, _ direction: Direction, since start: ContinuousClock.Instant?, flop: Int, bytes: Int
  ) {
    let end = ContinuousClock.now
    state.withLock { state in
      let position = state.positions[direction, default: [:]][operation] ?? state.entries.count
      if position == state.entries.count {
        state.entries.append(Entry(operation, direction))
        state.positions[direction, default: [:]][operation] = position
      }
      state.entries[position].calls += 1
      state.entries[position].seconds += (end - (start ?? state.mark)) / .seconds(1)
      state.entries[position].flop += flop
      state.entries[position].bytes += bytes
      state.mark = end
    }
  }
}

/// The multiply-adds that an operation is made of, whatever the kernel that does them.
///
/// Only products have any: everything else passes over memory once and is judged by that.
public struct Work: Sendable, Equatable {
  /// The multiply-adds of the value.
  public let forward: Int
  /// The multiply-adds of all gradients that are wanted.
  public let backward: Int
  /// What tells calls of one operation apart that other kernels work on, such as `depthwise`; may be empty.
  public let kind: String

  /// Work of these multiply-adds.
  public init(forward: Int, backward: Int, kind: String = "") {
    self.forward = forward
    self.backward = backward
    self.kind = kind
  }

  /// No multiply-adds.
  public static let none = Work(forward: 0, backward: 0)

  /// The work of two operations in one, of the first one's kind.
  static func + (first: Work, second: Work) -> Work {
    Work(
      forward: first.forward + second.forward, backward: first.backward + second.backward, kind: first.kind)
  }

  /// A product of `count` multiply-adds, whose gradient costs as much again for each tracked operand.
  static func product(_ count: Int, of operands: Tensor..., kind: String = "") -> Work {
    Work(forward: count, backward: count * operands.count(where: \.isTracked), kind: kind)
  }
}

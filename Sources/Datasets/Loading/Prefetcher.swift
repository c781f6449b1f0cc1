import Autograd
import Dispatch
import Synchronization

/// Makes the elements of a sequence ahead of their use, on other threads, and hands them out in order.
///
/// What an element holds depends on its index alone, so neither the depth of the queue nor the number of
/// threads can change what is handed out. Dropping the prefetcher stops the work after the elements in hand.
public final class Prefetcher<Element: Sendable> {
  private let queue: BoundedQueue<Element>
  private var nextIndex: Int

  /// The time that the caller spent waiting for elements so far.
  public private(set) var waited = Duration.zero

  /// Starts making the elements of `indices`.
  ///
  /// - Precondition: `depth` (elements made ahead) and `threads` are positive.
  public init(
    _ indices: Range<Int>, depth: Int = 4, threads: Int = 1,
    make: @escaping @Sendable (Int) -> Result<Element, DatasetError>
  ) {
    precondition(
      depth > 0 && threads > 0, "prefetcher: depth \(depth) and threads \(threads) must be positive")
    queue = BoundedQueue(indices, depth: depth)
    nextIndex = indices.lowerBound
    let workers = DispatchQueue(label: "seedling.prefetch", attributes: .concurrent)
    for _ in 0..<min(threads, depth) {
      workers.async { [queue] in
        // The cores are the training's.
        Parallel.$threadLimit.withValue(1) {
          while let index = queue.claim() { queue.put(make(index), at: index) }
        }
      }
    }
  }

  deinit { queue.cancel() }

  /// The next element, or `nil` after the last.
  ///
  /// - Throws: what making this very element threw.
  public func next() throws(DatasetError) -> Element? {
    guard nextIndex < queue.indices.upperBound else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let result = queue.take(nextIndex)
    waited += clock.now - start
    nextIndex += 1
    return try result.get()
  }
}

/// A ring of places for elements that are being made or wait to be taken.
private final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var next: Int
    var isCancelled = false
    var ready: [Int: Result<Element, DatasetError>] = [:]
  }

  let indices: Range<Int>
  private let depth: Int
  private let state: Mutex<State>
  /// Counts the free places. Semaphores start at 0, as Dispatch traps when one dies below its first value.
  private let free = DispatchSemaphore(value: 0)
  /// One semaphore for each place of the ring: signalled when its element is there.
  private let filled: [DispatchSemaphore]

  init(_ indices: Range<Int>, depth: Int) {
    self.indices = indices
    self.depth = depth
    state = Mutex(State(next: indices.lowerBound))
    filled = (0..<depth).map { _ in DispatchSemaphore(value: 0) }
    for _ in 0..<depth { free.signal() }
  }

  /// The index of the next element to make, once there is room for it; `nil` if there is none.
  func claim() -> Int? {
    free.wait()
    let index: Int? = state.withLock { state in
      guard !state.isCancelled, state.next < indices.upperBound else { return nil }
      defer { state.next += 1 }
      return state.next
    }
    // Passes the end on to the other threads, which may be waiting for room.
    if index == nil { free.signal() }
    return index
  }

  func put(_ element: Result<Element, DatasetError>, at index: Int) {
    state.withLock { $0.ready[index] = element }
    filled[index % depth].signal()
  }

  func take(_ index: Int) -> Result<Element, DatasetError> {
    filled[index % depth].wait()
    let element = state.withLock { $0.ready.removeValue(forKey: index) }
    free.signal()
    guard let element else { preconditionFailure("prefetcher: element \(index) was taken twice") }
    return element
  }

  func cancel() {
    state.withLock { $0.isCancelled = true }
    free.signal()
  }
}

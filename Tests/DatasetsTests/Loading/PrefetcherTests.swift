import Datasets
import Foundation
import Synchronization
import Testing

@Suite struct PrefetcherTests {
  @Test(arguments: [1, 2, 5], [1, 3]) func keepsTheOrder(depth: Int, threads: Int) throws {
    let prefetcher = Prefetcher(3..<40, depth: depth, threads: threads) { index in
      // Later elements are made faster than earlier ones.
      usleep(UInt32((40 - index) % 7) * 100)
      return .success(index)
    }
    var seen: [Int] = []
    while let element = try prefetcher.next() { seen.append(element) }
    #expect(seen == Array(3..<40))
    #expect(try prefetcher.next() == nil)
    #expect(prefetcher.waited > .zero)
  }

  @Test func anErrorComesAtItsOwnElement() throws {
    let prefetcher = Prefetcher(0..<5, depth: 3, threads: 2) { index in
      index == 2 ? .failure(DatasetError.unknownIdentifier(id: "two")) : .success(index)
    }
    #expect(try prefetcher.next() == 0)
    #expect(try prefetcher.next() == 1)
    #expect(throws: DatasetError.unknownIdentifier(id: "two")) { try prefetcher.next() }
    #expect(try prefetcher.next() == 3)
  }

  @Test func worksAheadByNoMoreThanItsDepth() throws {
    let made = Counter()
    let prefetcher = Prefetcher(0..<100, depth: 3) { index in
      made.add()
      return .success(index)
    }
    #expect(try prefetcher.next() == 0)
    usleep(50_000)
    #expect(made.value == 4)
    withExtendedLifetime(prefetcher) {}
  }

  @Test func droppingItStopsTheWork() throws {
    let made = Counter()
    do {
      let prefetcher = Prefetcher(0..<1_000_000, depth: 2, threads: 2) { index in
        made.add()
        return .success(index)
      }
      #expect(try prefetcher.next() == 0)
    }
    usleep(50_000)
    let count = made.value
    usleep(50_000)
    #expect(made.value == count && count < 10)
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}

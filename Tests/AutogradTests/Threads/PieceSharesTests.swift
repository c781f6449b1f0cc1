import Dispatch
import Synchronization
import Testing

@testable import Autograd

@Suite struct PieceSharesTests {
  private func pieces(of worker: Int, in shares: PieceShares) -> [Int] {
    var pieces: [Int] = []
    shares.forEach(of: worker) { pieces.append($0) }
    return pieces
  }

  @Test func aWorkerBeginsWithItsOwnAndEndsWithTheFarEndsOfOthers() {
    let shares = PieceShares(workers: 3)
    shares.fill(10, sharing: 3)
    #expect(pieces(of: 1, in: shares) == [3, 4, 5, 9, 8, 7, 6, 2, 1, 0])
    #expect(pieces(of: 0, in: shares).isEmpty)
  }

  @Test func workersBeyondThoseThatShareHaveNoneOfTheirOwn() {
    let shares = PieceShares(workers: 4)
    shares.fill(4, sharing: 2)
    #expect(pieces(of: 3, in: shares) == [1, 0, 3, 2])
    shares.fill(0, sharing: 2)
    #expect(pieces(of: 0, in: shares).isEmpty)
    shares.fill(1, sharing: 4)
    #expect(pieces(of: 0, in: shares) == [0])
  }

  /// A piece that is taken while another worker is at the same share belongs to one of them.
  @Test func workersThatMeetTakeEachPieceOnce() {
    let shares = PieceShares(workers: 2)
    for round in 0..<100 {
      shares.fill(round, sharing: 2)
      let taken = Mutex([Int](repeating: 0, count: round))
      DispatchQueue.concurrentPerform(iterations: 2) { worker in
        shares.forEach(of: worker) { piece in taken.withLock { $0[piece] += 1 } }
      }
      #expect(taken.withLock { $0.allSatisfy { $0 == 1 } })
    }
  }
}

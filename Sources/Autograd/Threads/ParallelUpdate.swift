/// Changes many pairs of tensors in one job, piece by piece on all cores.
///
/// `body` gets the number of a pair, its own part of either tensor and the index where the parts start. One
/// job for all of them keeps the cores busy through those that are too small to be shared.
///
/// - Precondition: there are as many of either, and the tensors of a pair have the same length.
public func parallelUpdate(
  _ first: inout [Tensor], _ second: inout [Tensor], grain: Int,
  _ body: @Sendable (_ pair: Int, inout MutableSpan<Float>, inout MutableSpan<Float>, _ start: Int) -> Void
) {
  let pieces = UpdatePieces([first.map(\.count), second.map(\.count)], grain: grain)
  let (firstBases, secondBases) = (bases(of: &first), bases(of: &second))
  Parallel.forEach(pieces.count) { index in
    let (pair, range) = pieces[index]
    var firstPart = firstBases[pair].part(range).mutableSpan
    var secondPart = secondBases[pair].part(range).mutableSpan
    body(pair, &firstPart, &secondPart, range.lowerBound)
  }
}

/// Changes many triples of tensors in one job, piece by piece on all cores.
///
/// `body` gets the number of a triple, its own part of each tensor and the index where the parts start.
///
/// - Precondition: there are as many of each, and the tensors of a triple have the same length.
public func parallelUpdate(
  _ first: inout [Tensor], _ second: inout [Tensor], _ third: inout [Tensor], grain: Int,
  _ body:
    @Sendable (
      _ triple: Int, inout MutableSpan<Float>, inout MutableSpan<Float>, inout MutableSpan<Float>,
      _ start: Int
    ) -> Void
) {
  let pieces = UpdatePieces(
    [first.map(\.count), second.map(\.count), third.map(\.count)], grain: grain)
  let (firstBases, secondBases, thirdBases) = (bases(of: &first), bases(of: &second), bases(of: &third))
  Parallel.forEach(pieces.count) { index in
    let (triple, range) = pieces[index]
    var firstPart = firstBases[triple].part(range).mutableSpan
    var secondPart = secondBases[triple].part(range).mutableSpan
    var thirdPart = thirdBases[triple].part(range).mutableSpan
    body(triple, &firstPart, &secondPart, &thirdPart, range.lowerBound)
  }
}

/// The pieces of tensors that are changed together; none reaches over the end of a tensor.
private struct UpdatePieces: Sendable {
  private var pieces: [(tensor: Int, range: Range<Int>)] = []

  /// The pieces of `grain` values, the last of a tensor maybe shorter, of lists of tensors of these counts.
  init(_ counts: [[Int]], grain: Int) {
    precondition(counts.allSatisfy { $0 == counts[0] }, "parallelUpdate: tensors of \(counts) values")
    for (tensor, count) in counts[0].enumerated() {
      for start in stride(from: 0, to: count, by: grain) {
        pieces.append((tensor, start..<min(count, start + grain)))
      }
    }
  }

  var count: Int { pieces.count }

  subscript(index: Int) -> (tensor: Int, range: Range<Int>) { pieces[index] }
}

/// Where the values of `tensors` lie, which stay valid while nobody else touches these.
private func bases(of tensors: inout [Tensor]) -> [SharedPointer<Float>] {
  tensors.indices.map { SharedPointer(tensors[$0].mutableBase()) }
}

extension SharedPointer<Float> {
  fileprivate func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer + range.lowerBound, count: range.count)
  }
}

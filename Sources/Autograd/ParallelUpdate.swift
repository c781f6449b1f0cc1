/// Changes two equally long spans together, piece by piece on all cores.
///
/// `body` gets its own part of each span and the index where the parts start.
///
/// - Precondition: the spans have the same length.
public func parallelUpdate(
  _ first: inout MutableSpan<Float>, _ second: inout MutableSpan<Float>, grain: Int,
  _ body: @Sendable (inout MutableSpan<Float>, inout MutableSpan<Float>, _ start: Int) -> Void
) {
  let count = first.count
  precondition(second.count == count, "parallelUpdate: spans of \(count) and \(second.count) values")
  first.withUnsafeMutableBufferPointer { first in
    second.withUnsafeMutableBufferPointer { second in
      guard let first = first.baseAddress, let second = second.baseAddress else { return }
      let (firstBase, secondBase) = (SharedPointer(first), SharedPointer(second))
      Parallel.forEachRange(count, grain: grain) { range in
        var firstPart = firstBase.part(range).mutableSpan
        var secondPart = secondBase.part(range).mutableSpan
        body(&firstPart, &secondPart, range.lowerBound)
      }
    }
  }
}

/// Changes three equally long spans together, piece by piece on all cores.
///
/// `body` gets its own part of each span and the index where the parts start.
///
/// - Precondition: the spans have the same length.
public func parallelUpdate(
  _ first: inout MutableSpan<Float>, _ second: inout MutableSpan<Float>,
  _ third: inout MutableSpan<Float>, grain: Int,
  _ body:
    @Sendable (
      inout MutableSpan<Float>, inout MutableSpan<Float>, inout MutableSpan<Float>, _ start: Int
    ) -> Void
) {
  let count = first.count
  precondition(
    second.count == count && third.count == count,
    "parallelUpdate: spans of \(count), \(second.count) and \(third.count) values")
  first.withUnsafeMutableBufferPointer { first in
    second.withUnsafeMutableBufferPointer { second in
      third.withUnsafeMutableBufferPointer { third in
        guard let first = first.baseAddress, let second = second.baseAddress, let third = third.baseAddress
        else { return }
        let bases = (SharedPointer(first), SharedPointer(second), SharedPointer(third))
        Parallel.forEachRange(count, grain: grain) { range in
          var firstPart = bases.0.part(range).mutableSpan
          var secondPart = bases.1.part(range).mutableSpan
          var thirdPart = bases.2.part(range).mutableSpan
          body(&firstPart, &secondPart, &thirdPart, range.lowerBound)
        }
      }
    }
  }
}

extension SharedPointer {
  fileprivate func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Pointee> {
    UnsafeMutableBufferPointer(start: pointer + range.lowerBound, count: range.count)
  }
}

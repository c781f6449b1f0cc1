import Foundation

/// Address space for large buffers: handed out where it fits best, joined again when it comes back.
///
/// With a list for each size, memory that waits for one size is lost to all others: weight gradients would
/// wait through the whole forward pass, activations through the optimizer's step. Here what one phase
/// releases serves the next, so a process takes hardly more memory than its tensors do at their peak.
struct Arena: ~Copyable {
  /// A free piece, and how many of its bytes may be backed by memory.
  private struct Piece {
    var start: UInt
    var size: Int
    var resident: Int

    var end: UInt { start + UInt(size) }
  }

  /// By address; two pieces never touch. The never used rest of a region is one of them.
  private var free: [Piece] = []
  /// The bytes of free pieces that may be backed by memory.
  private(set) var idleBytes = 0
  /// The bytes handed out so far that no memory may have backed before.
  private(set) var freshBytes = 0

  /// The address space that is asked for at once; memory backs only what is used of it.
  ///
  /// Where address space is limited, others need some, too.
  private static let region: Int = {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return 4 << 30 }
    return Int(min(4 << 30, limit.rlim_cur / 8))
  }()
  private static let hugePage = 2 << 20

  /// The start of `size` bytes, or `nil` if the system has no more; their contents are undefined.
  mutating func take(_ size: Int) -> UInt? {
    var best: Int?
    for index in free.indices where free[index].size >= size {
      if best.map({ free[index].size < free[$0].size }) ?? true { best = index }
    }
    guard let index = best ?? mapRegion(for: size) else { return nil }
    let start = free[index].start
    let resident = min(free[index].resident, size)
    idleBytes -= resident
    freshBytes += size - resident
    if free[index].size == size {
      free.remove(at: index)
    } else {
      free[index].start += UInt(size)
      free[index].size -= size
      free[index].resident -= resident
    }
    return start
  }

  /// Takes `size` bytes back that `take` handed out.
  mutating func give(_ start: UInt, _ size: Int) {
    idleBytes += size
    _ = insert(Piece(start: start, size: size, resident: size))
  }

  /// How many of `size` bytes no memory backs yet, by whole pages; 0 if the system does not tell.
  static func unbackedBytes(_ start: UInt, _ size: Int) -> Int {
    let page = Int(getpagesize())
    let first = start / UInt(page) * UInt(page)
    let length = Int(start - first) + size
    var pages = [UInt8](repeating: 0, count: (length + page - 1) / page)
    guard let address = UnsafeMutableRawPointer(bitPattern: first),
      mincore(address, length, &pages) == 0
    else { return 0 }
    return min(pages.count { $0 & 1 == 0 } * page, size)
  }

  /// Returns the memory of all free pieces to the system; their addresses stay.
  mutating func release() {
    let page = UInt(getpagesize())
    for index in free.indices where free[index].resident > 0 {
      let first = (free[index].start + page - 1) / page * page
      let end = free[index].end / page * page
      if first < end, let address = UnsafeMutableRawPointer(bitPattern: first) {
        madvise(address, Int(end - first), MADV_DONTNEED)
      }
      free[index].resident = 0
    }
    idleBytes = 0
  }

  /// Adds a free piece, joined with its neighbours, and returns where it lies.
  private mutating func insert(_ piece: Piece) -> Int {
    var piece = piece
    var index = firstIndex(above: piece.start)
    if index < free.count, free[index].start == piece.end {
      piece.size += free[index].size
      piece.resident += free[index].resident
      free.remove(at: index)
    }
    guard index > 0, free[index - 1].end == piece.start else {
      free.insert(piece, at: index)
      return index
    }
    index -= 1
    free[index].size += piece.size
    free[index].resident += piece.resident
    return index
  }

  /// The first piece that starts above `address`, by halving.
  private func firstIndex(above address: UInt) -> Int {
    var (low, high) = (0, free.count)
    while low < high {
      let middle = (low + high) / 2
      if free[middle].start > address { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Asks the system for a region with room for `size` bytes, a large one if it grants that.
  private mutating func mapRegion(for size: Int) -> Int? {
    mapRegion(length: max(Self.region, size)) ?? mapRegion(length: size)
  }

  private mutating func mapRegion(length: Int) -> Int? {
    let length = length + 2 * Self.hugePage
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let base = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
      return nil
    }
    // Huge pages save most address translation misses.
    madvise(base, length, MADV_HUGEPAGE)
    let (address, hugePage) = (UInt(bitPattern: base), UInt(Self.hugePage))
    let start = (address + hugePage - 1) / hugePage * hugePage
    // Kernels may read a vector beyond the last value, so the end of the region stays unused.
    return insert(Piece(start: start, size: Int(address) + length - Self.hugePage - Int(start), resident: 0))
  }
}

import Autograd
import Foundation

/// A reader that fails in every way there is, by which the driver is tested.
struct SelfTestReader: FuzzedReader {
  static let name = "self-test"
  let corpus = ["good", "refused", "crash", "hang", "sleep", "allocate", "disagree", "good"].map {
    Array($0.utf8)
  }
  let mutations: [Mutation] = []

  init(folder: String) {}

  func read(_ input: [UInt8]) throws -> Reading {
    switch String(decoding: input, as: UTF8.self) {
    case "good": break
    case "crash": kill(getpid(), SIGILL)
    case "hang": while getppid() > 0 {}
    case "sleep": sleep(60)
    case "allocate": allocate(3 << 29)
    case "disagree": throw Disagreement("one is two")
    default: throw FuzzError.refused
    }
    return { input }
  }

  private func allocate(_ count: Int) {
    let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if memory != MAP_FAILED { munmap(memory, count) }
  }
}

import Autograd
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SafetensorsChecksumTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/a.safetensors" }

  init() throws {
    folder = try TemporaryFolder()
    let entries: [SafetensorsWriter.Entry] = [
      .init("x", Tensor([1, 2, 3], shape: [3])), .init("y", Tensor([4, 5], shape: [2]), type: .float16),
    ]
    try SafetensorsWriter.write(entries, metadata: ["step": "7"], to: path)
  }

  /// The file is refused, or holds what it held: a flip in the word `checksum` takes the checksum away.
  @Test func everyBitThatIsFlippedIsNoticedOrHarmless() throws {
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(try SafetensorsReader(path: path).hasChecksum)
    let other = path + ".other"
    for position in sound.indices {
      for bit in 0..<8 {
        var bytes = sound
        bytes[position] ^= 1 << UInt8(bit)
        try Data(bytes).write(to: URL(fileURLWithPath: other))
        guard let reader = try? SafetensorsReader(path: other) else { continue }
        #expect(!reader.hasChecksum && reader.metadata["step"] == "7", "\(position)")
        #expect(try reader.tensor("x").scalars == [1, 2, 3], "\(position)")
      }
    }
  }

  @Test func theMessageSaysWhatToDo() throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect {
      try SafetensorsReader(path: path)
    } throws: {
      "\($0)"
        == "\(path): is damaged (its bytes do not match the checksum in it); copy it again, or make it again"
    }
  }

  @Test func filesOfOtherProgramsHaveNone() throws {
    try SafetensorsWriter.write([.init("x", Tensor(1))], checksum: false, to: path)
    #expect(try !SafetensorsReader(path: path).hasChecksum)
  }
}

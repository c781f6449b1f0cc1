import Files
import Testing

@Suite struct CheckedJSONTests {
  private let object: JSON = ["state": "finished", "seconds": 1.5, "figures": ["mIoU": 70, "list": [1, 2]]]

  @Test func theObjectComesBack() {
    #expect(CheckedJSON.object(in: CheckedJSON.text(of: object)) == object)
  }

  @Test func everyChangedByteIsNoticed() {
    let sound = Array(CheckedJSON.text(of: object).utf8)
    for position in sound.indices {
      for bit in [1, 4, 32] as [UInt8] {
        var bytes = sound
        bytes[position] ^= bit
        #expect(CheckedJSON.object(in: String(decoding: bytes, as: UTF8.self)) == nil, "\(position)")
      }
    }
  }

  @Test func anObjectWithoutACheckIsNone() {
    #expect(CheckedJSON.object(in: object.pretty() + "\n") == nil)
    #expect(CheckedJSON.object(in: "") == nil)
  }
}

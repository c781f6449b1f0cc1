import Files
import Foundation
import TestSupport
import Testing

@Suite struct XXH64Tests {
  /// The bytes of the sanity buffer of the reference implementation's self test.
  private func sanity(_ count: Int) -> [UInt8] {
    var generator: UInt64 = 2_654_435_761
    return (0..<count).map { _ in
      defer { generator &*= 0x9e37_79b1_85eb_ca8d }
      return UInt8(generator >> 56)
    }
  }

  /// Digits of `xxhsum -H1` and of the reference implementation's self test, seed 0.
  @Test(arguments: [
    (0, 0xef46_db37_51d8_e999 as UInt64), (1, 0xe934_a84a_db05_2768), (4, 0x9136_a0dc_a574_57ee),
    (14, 0x8282_dcc4_994e_35c8), (222, 0xb641_ae8c_b691_c174),
  ])
  func asTheReferenceImplementation(count: Int, digest: UInt64) {
    var hash = XXH64()
    hash.update(sanity(count))
    #expect(hash.digest == digest)
  }

  @Test func textsHaveKnownDigits() {
    #expect(XXH64.hex(of: "") == "ef46db3751d8e999")
    #expect(XXH64.hex(of: "a") == "d24ec4f1a98c6e5b")
    #expect(XXH64.hex(of: "abc") == "44bc2cf5ad770999")
  }

  @Test func piecesDoNotMatter() {
    let bytes = sanity(333)
    var whole = XXH64()
    whole.update(bytes)
    for size in [1, 7, 31, 32, 33, 100] {
      var hash = XXH64()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(hash.digest == whole.digest, "\(size)")
    }
  }

  @Test func filesHaveTheDigitsOfTheirBytes() throws {
    try withTemporaryFolder { folder in
      let bytes = sanity(600_000)
      try AtomicFile.write(bytes, to: "\(folder)/a")
      var hash = XXH64()
      hash.update(bytes)
      #expect(try XXH64.hex(ofFile: "\(folder)/a") == hash.hex)
      #expect(throws: XXH64.ReadFailure.self) {
        try XXH64.hex(ofFile: folder)
      }
    }
  }
}

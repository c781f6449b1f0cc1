import Autograd
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SafetensorsWriterTests {
  private let values: [Float] = [0, -0.0, 1, -2.5, 3.141_592_7, 65504, 1e-7, .infinity]

  private var entries: [SafetensorsWriter.Entry] {
    [
      .init("scalar", Tensor(1.5)),
      .init("empty", .zeros([0, 3])),
      .init("matrix", Tensor(values.prefix(6), shape: [2, 3])),
      .init("half", Tensor(values, shape: [8]), type: .float16),
      .init("brain", Tensor(values, shape: [8]), type: .bfloat16),
      .init("steps", Tensor([0, -1, 1_048_576], shape: [3]), type: .int64),
      .init("name with \"quotes\", ünicode and \\", Tensor([1], shape: [1])),
    ]
  }

  @Test func writesTheBytesThatThePackageWrites() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/ours.safetensors"
    try SafetensorsWriter.write(entries, metadata: ["note": "line\nbreak"], checksum: false, to: path)
    let theirs = URL(fileURLWithPath: Golden.directory + "/safetensors_package.safetensors")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: theirs))
  }

  @Test func theOrderOfTheEntriesDoesNotMatter() throws {
    let folder = try TemporaryFolder()
    let paths = ["a", "b"].map { "\(folder.path)/\($0)" }
    try SafetensorsWriter.write(entries, metadata: ["b": "1", "a": "2"], to: paths[0])
    try SafetensorsWriter.write(entries.reversed(), metadata: ["a": "2", "b": "1"], to: paths[1])
    #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
  }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/weights.safetensors"
    for value: Float in [1, 2] {
      try SafetensorsWriter.write([(name: "x", tensor: Tensor(value))], to: path)
    }
    #expect(try SafetensorsReader(path: path).tensor("x").scalar == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weights.safetensors"])
  }

  @Test func aMissingFolderIsNamed() {
    #expect {
      try SafetensorsWriter.write([(name: "x", tensor: Tensor(1))], to: "/nowhere/x.safetensors")
    } throws: { error in
      "\(error)" == """
        /nowhere/x.safetensors: cannot be written (No such file or directory); \
        check the folder, free space and permissions
        """
    }
  }

  @Test func roundsToTheNearestOfTheType() throws {
    let folder = try TemporaryFolder()
    let tie = Float(bitPattern: 0x3f80_8000)
    let aboveTie = Float(bitPattern: 0x3f80_8001)
    try SafetensorsWriter.write(
      [.init("x", Tensor([tie, aboveTie, .nan], shape: [3]), type: .bfloat16)], to: folder.path + "/x")
    let back = try SafetensorsReader(path: folder.path + "/x").tensor("x").scalars
    #expect(back[0].bitPattern == 0x3f80_0000)
    #expect(back[1].bitPattern == 0x3f81_0000)
    #expect(back[2].isNaN)
  }
}

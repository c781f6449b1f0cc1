import Autograd
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SafetensorsReaderTests {
  @Test func readsEveryTypeOfThePackage() throws {
    let file = try SafetensorsReader(path: Golden.directory + "/safetensors_package.safetensors")
    let values: [Float] = [0, -0.0, 1, -2.5, 3.141_592_7, 65504, 1e-7, .infinity]
    #expect(file.metadata == ["note": "line\nbreak"])
    #expect(try file.tensor("scalar").shape == [])
    #expect(try file.tensor("scalar").scalar == 1.5)
    #expect(try file.tensor("empty").shape == [0, 3])
    #expect(try file.tensor("matrix").scalars == Array(values.prefix(6)))
    #expect(try file.tensor("half").scalars == values.map { Float(Float16($0)) })
    #expect(try file.tensor("brain").scalars[3...5] == [-2.5, 3.140_625, 65536])
    #expect(try file.tensor("steps").scalars == [0, -1, 1_048_576])
    #expect(try file.tensor("name with \"quotes\", ünicode and \\").scalars == [1])
    #expect(file.entries["half"]?.type == .float16)
  }

  /// What is wrong with a file, and what is said about it.
  struct Fault: CustomTestStringConvertible {
    let header: String
    var bytes = 0
    let message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Fault(
      header: "[1]",
      message: notSafetensors("the header is not a JSON object")),
    Fault(
      header: #"{"a": 1"#,
      message: notSafetensors("the header is not a JSON object")),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1]}}"#,
      message: notSafetensors("the entry of a lacks dtype, shape or data_offsets")),
    Fault(
      header: #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, bytes: 8,
      message: "tensor a has type F64, which is not supported; convert it to F32, F16, BF16 or I64"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
      message: "tensor a has the impossible shape [4611686018427387904, 4]; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, bytes: 4,
      message: "tensor a has the impossible shape [-1]; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, bytes: 4,
      message: "tensor a has the impossible offsets [4, 0]; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, bytes: 4,
      message: "tensor a has the impossible offsets [-4, 0]; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, bytes: 4,
      message: "tensor a needs 8 bytes but its offsets span 4; write the file again"),
    Fault(
      header:
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      bytes: 8, message: "tensors a and b overlap; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, bytes: 8,
      message: "4 bytes at offset 0 belong to no tensor; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, bytes: 7,
      message: "3 bytes at offset 4 belong to no tensor; write the file again"),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, bytes: 6,
      message: "truncated: the header promises 8 bytes but the file has 6; copy it again"),
  ])
  func malformedFilesAreRefused(_ fault: Fault) throws {
    let header = Data(fault.header.utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    try expectRefused(length + header + Data(count: fault.bytes), fault.message)
  }

  @Test func filesThatEndInTheHeaderAreRefused() throws {
    try expectRefused(
      Data([1, 2]), "truncated: the header promises 8 bytes but the file has 2; copy it again")
    try expectRefused(Data(), "truncated: the header promises 8 bytes but the file has 0; copy it again")
    try expectRefused(
      Data([9, 0, 0, 0, 0, 0, 0, 0, 123]),
      "truncated: the header promises 17 bytes but the file has 9; copy it again")
    try expectRefused(
      Data(repeating: 255, count: 16),
      "not a safetensors file (a header of 18446744073709551615 bytes); convert the weights to safetensors")
  }

  @Test func missingFilesAndTensorsAreNamed() throws {
    #expect {
      try SafetensorsReader(path: "/nowhere.safetensors")
    } throws: { error in
      "\(error)" == "/nowhere.safetensors: cannot be read (no such file); check the path and its permissions"
    }
    #expect {
      try SafetensorsReader(path: "/tmp")
    } throws: { error in
      "\(error)" == "/tmp: cannot be read (it is a folder); check the path and its permissions"
    }
    let path = Golden.directory + "/relu.safetensors"
    #expect {
      try SafetensorsReader(path: path).tensor("nothing")
    } throws: { error in
      "\(error)" == "\(path): holds no tensor called nothing; check that the file belongs to this model"
    }
  }

  private func expectRefused(_ data: Data, _ message: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    try data.write(to: URL(fileURLWithPath: path))
    #expect {
      try SafetensorsReader(path: path)
    } throws: { error in
      "\(error)" == "\(path): \(message)"
    }
  }
}

private func notSafetensors(_ reason: String) -> String {
  "not a safetensors file (\(reason)); convert the weights to safetensors"
}

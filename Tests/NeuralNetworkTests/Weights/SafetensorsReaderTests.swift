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
      message: notSafetensors("the entry of a lacks dtype, shape or data_offsets")),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[1]}}"#,
      message: notSafetensors("the entry of a lacks dtype, shape or data_offsets")),
    Fault(
      header: #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, bytes: 8,
      message: "tensor a has type F8_E4M3, which is not supported; convert it to F32, F64, F16 or BF16"),
    Fault(
      header:
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      bytes: 4, message: notSafetensors("two tensors are called a")),
    Fault(
      header: #"{"__metadata__":{"a":1}}"#,
      message: notSafetensors("__metadata__ is not an object of texts")),
    Fault(
      header: #"{"__metadata__":{},"__metadata__":{}}"#,
      message: notSafetensors("it holds __metadata__ twice")),
    Fault(
      header: #"{"\u001b[31m":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
      message: notSafetensors("the entry of \\u{1b}[31m lacks dtype, shape or data_offsets")),
    Fault(
      header: #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
      message: notSafetensors("the entry of a lacks dtype, shape or data_offsets")),
    Fault(
      header: #"{"a":{}} x"#, message: notSafetensors("the entry of a lacks dtype, shape or data_offsets")),
    Fault(header: #"{} x"#, message: notSafetensors("the header is not a JSON object")),
    Fault(
      header: #"{"a":{"x":"# + String(repeating: "[", count: 5000),
      message: notSafetensors("the header is not a JSON object")),
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
    try expectRefused(Data(), "is an empty file (0 bytes); copy it again")
    try expectRefused(
      Data([9, 0, 0, 0, 0, 0, 0, 0, 123]),
      "truncated: the header promises 17 bytes but the file has 9; copy it again")
    try expectRefused(
      Data(repeating: 255, count: 16),
      "not a safetensors file (a header of 18446744073709551615 bytes); convert the weights to safetensors")
  }

  /// Keys that nobody knows, escapes and space are no reason to refuse; a tensor may hold nothing.
  @Test func readsWhatTheReferenceImplementationReads() throws {
    let header = """
      {"__metadata__": null, "na\\u006de \\"x\\"" : {"shape":[ 2 ], "note": {"a": [1e3, "]", {}, true, null]},
      "dtype":"F32","data_offsets":[0,8]}, "none":{"dtype":"F16","shape":[0,4611686018427387904],
      "data_offsets":[8,8]}}   
      """
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    let values: [Float] = [1.5, -2]
    try (length + Data(header.utf8) + values.withUnsafeBytes { Data($0) }).write(
      to: URL(fileURLWithPath: path))
    let file = try SafetensorsReader(path: path)
    #expect(try file.tensor("name \"x\"").scalars == values)
    #expect(file.entries["none"]?.shape == [0, 4_611_686_018_427_387_904])
    #expect(file.metadata == [:])
  }

  /// What people take for weights.
  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "lfs"),
    ("\u{feff}version https://git-lfs.github.com/spec/v1\r\noid sha256:0\r\nsize 9\r\n", "lfs"),
    ("<!DOCTYPE html><html></html>", "a web page; download the file itself, not the page about it"),
    ("\n  <html lang=\"en\">", "a web page; download the file itself, not the page about it"),
    (
      "PK\u{3}\u{4}archive/data.pkl",
      "a ZIP archive, as torch.save writes; convert it with Checkpoints/convert.py file"
    ),
    ("{\"weight_map\": {}}", "a JSON text; name the safetensors file itself"),
    ("Access denied", "a text file; name the safetensors file itself"),
    ("no", "a text file; name the safetensors file itself"),
    ("GGUF\u{3}\u{0}\u{0}\u{0}", "a model file of another program; convert the weights to safetensors"),
  ])
  func foreignFormatsAreNamed(_ text: String, _ format: String) throws {
    let pointer = "a Git LFS pointer, not the weights themselves; fetch them with git lfs pull"
    try expectRefused(Data(text.utf8), "is \(format == "lfs" ? pointer : format)")
  }

  @Test(
    arguments: [
      (
        [0x80, 2, 0x8a, 0x0a],
        "a Python pickle, as torch.save once wrote; convert it with Checkpoints/convert.py file"
      ),
      ([0x1f, 0x8b, 8, 0], "a compressed or packed file; unpack it first"),
      ([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0], "a NumPy file; convert the weights to safetensors"),
      ([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0], "a picture; name the safetensors file itself"),
    ] as [([UInt8], String)])
  func foreignBytesAreNamed(_ bytes: [UInt8], _ format: String) throws {
    try expectRefused(Data(bytes), "is \(format)")
  }

  /// A pipe would never end.
  @Test func onlyRegularFilesAreRead() {
    #expect {
      try SafetensorsReader(path: "/dev/null")
    } throws: { error in
      "\(error)" == "/dev/null: cannot be read (it is not a regular file); check the path and its permissions"
    }
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

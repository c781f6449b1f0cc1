import Files
import Foundation
import Reporting
import Testing

@Suite struct MetricsFileTests {
  @Test func keysKeepTheirOrderAndNumbersTheirDigits() throws {
    let written = try withScratchFile("metrics.json") { path in
      var metrics = try MetricsFile(path: path)
      try metrics.update([("seed", 0), ("classifier.mAP", JSON(73.123456789012345))])
      try metrics.update([
        ("segmentation.val.perClassIoU", ["cat": JSON(1.0 / 3), "dog": JSON(nil as Double?)]),
        ("segmentation.val.mIoU", JSON(0.1 + 0.2)), ("seeds.thresholds", [0.1, 0.2]),
        ("classifier.images", 9),
        ("variants", [["scales": [1]], [:]]), ("note", "a \"b\" ü\u{1}"), ("seed", 1), ("valid", true),
      ])
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
      return try text(path)
    }
    #expect(
      written == """
        {
          "seed": 1,
          "classifier": {
            "mAP": 73.12345678901235,
            "images": 9
          },
          "segmentation": {
            "val": {
              "perClassIoU": {
                "cat": 0.3333333333333333,
                "dog": null
              },
              "mIoU": 0.30000000000000004
            }
          },
          "seeds": {
            "thresholds": [0.1, 0.2]
          },
          "variants": [
            {
              "scales": [1]
            },
            {}
          ],
          "note": "a \\"b\\" ü\\u0001",
          "valid": true
        }

        """)
  }

  @Test func anExistingFileIsKept() throws {
    try withScratchFile("metrics.json") { path in
      try #"{"b": {"x": 1e-3, "w": [], "n": null, "u": "\u00e9\ud83c\udf31\n"}, "a": -12.50}"#.write(
        toFile: path, atomically: false, encoding: .utf8)
      var metrics = try MetricsFile(path: path)
      #expect(metrics["b.x"]?.double == 0.001 && metrics["b.z"] == nil && metrics["b.u"] == "é🌱\n")
      try metrics.update([("b.x", 2)])
      #expect(metrics.values.compact == #"{"b":{"x":2,"w":[],"n":null,"u":"é🌱\n"},"a":-12.50}"#)
      #expect(try MetricsFile(path: path).values == metrics.values)
    }
  }

  @Test(arguments: [
    ("{\"a\": 1,\n}", "2: not valid JSON: expected a key in quotes"),
    ("", "1: not valid JSON: expected a value"),
    ("{\"a\" 1}", "1: not valid JSON: expected \":\""),
    ("[1 2]", "1: not valid JSON: expected \",\" or \"]\""),
    ("{} {}", "1: not valid JSON: expected the end of the file"),
    ("{\"a", "1: not valid JSON: expected a closing quote"),
    ("\nnil", "2: not valid JSON: expected null"), ("[1.2.3]", "1: not valid JSON: expected a value"),
  ]) func brokenFiles(_ content: String, _ message: String) throws {
    try withScratchFile("metrics.json") { path in
      try content.write(toFile: path, atomically: false, encoding: .utf8)
      #expect {
        try MetricsFile(path: path)
      } throws: {
        "\($0)" == "\(path):\(message); repair the file or delete it"
      }
    }
  }

  @Test func anUnwritablePlaceIsNamed() throws {
    var metrics = try MetricsFile(path: "/nowhere/metrics.json")
    #expect {
      try metrics.update([("a", 1)])
    } throws: {
      "\($0)" == "/nowhere/metrics.json: the file cannot be written: No such file or directory; "
        + "check the permissions and the free space"
    }
  }
}

import Files
import Foundation
import TestSupport
import Testing

/// One bit of a file of a run is flipped; going on with the run, and taking it over, notice it or make the
/// same.
@Suite struct DamageTests {
  private static let run = "Checkpoints/small/1"
  /// Each kind of file, with a place in it: a part of its length in thousandths, and a bit.
  private static let places = [
    "config.yaml", "classes.txt", "data.tsv", "run.json", "log.jsonl", "metrics.json",
    "classify/stage.json", "classify/files.txt", "classify/last.safetensors", "classify/best.safetensors",
    "seeds/a.safetensors", "seeds/labels/b.png", "seeds/pictures/maps.png", "refine/confidence/a.png",
    "masks/b.png", "segment/best.safetensors", "evaluate/predictions/c.png",
  ].enumerated().map { (name: $1, part: 17 + $0 * 331 % 967, bit: $0 % 8) }

  private func flip(_ place: (name: String, part: Int, bit: Int), in workplace: Workplace) throws {
    let path = "\(Self.run)/\(place.name)"
    var bytes = try workplace.bytes(path)
    bytes[bytes.count * place.part / 1000] ^= 1 << UInt8(place.bit)
    try bytes.write(to: URL(fileURLWithPath: workplace.path(path)))
  }

  /// The files that others read, by name.
  private func output(_ workplace: Workplace, _ run: String) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: workplace.path(run))
    let read = names.filter { name in
      ["png", "safetensors", "yaml"].contains { name.hasSuffix(".\($0)") } || name == "classes.txt"
    }
    return try Dictionary(uniqueKeysWithValues: read.map { ($0, try workplace.bytes("\(run)/\($0)")) })
  }

  @Test(arguments: places.indices) func aFlippedBitIsNoticedOrHarmless(index: Int) throws {
    let place = Self.places[index]
    let workplace = try Workplace.withRun()
    let sound = try output(workplace, Self.run)
    try flip(place, in: workplace)
    let resumed = try workplace.run("train", ["--config", "small.yaml", "--resume"])
    if resumed.status == 0 {
      #expect(["log.jsonl", "metrics.json"].contains(place.name))
      #expect(try output(workplace, Self.run) == sound)
    } else {
      #expect(resumed.status == 1 && resumed.stderr.contains(place.name.split(separator: "/").last ?? ""))
      #expect(resumed.stderr.hasPrefix("error: ") && resumed.stderr.filter { $0 == "\n" }.count == 1)
    }
    let taken = try workplace.run("train", ["--config", "small.yaml", "--from", Self.run])
    if taken.status == 0 {
      #expect(try output(workplace, "Checkpoints/small/2") == sound)
    } else {
      #expect(taken.stderr.contains("(its checksum differs)"), "\(taken.stderr)")
      #expect(!workplace.exists("Checkpoints/small/2"))
    }
  }

  /// Commands that only read a run notice damage in what they read.
  @Test func damageIsNoticedByThoseWhoRead() throws {
    for name in ["config.yaml", "classes.txt", "segment/best.safetensors"] {
      let workplace = try Workplace.withRun()
      try flip((name, 500, 3), in: workplace)
      let (run, path) = (["--run", Self.run], "\(Self.run)/\(name)")
      let predicted = try workplace.run("predict", run + ["--images", "data/images", "--output", "out"])
      let scored = try workplace.run("evaluate", run)
      for result in [predicted, scored] {
        #expect(result.status == 1)
        #expect(result.stderr.hasPrefix("error: \(path): is "), "\(result.stderr)")
      }
    }
  }
}

import Foundation
import Imaging
import TestSupport
import Testing

/// What `predict` does with folders that hold more than pictures, and which files it leaves alone.
@Suite struct PredictFolderTests {
  private func predict(_ place: Workplace, _ images: [String], _ output: String) throws -> [String] {
    let result = try place.run(
      "predict", ["--run", "Checkpoints/small/1", "--images"] + images + ["--output", output])
    #expect(result.stdout.isEmpty)
    let lines = result.stderr.split(separator: "\n").map(String.init)
    #expect(result.status == (lines.isEmpty ? 0 : 1))
    return lines
  }

  private func picture(_ place: Workplace, _ name: String, seed: Int = 1) throws {
    try place.makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try Workplace.photograph(width: 20, height: 10, seed: seed).writePNG(to: place.path(name))
  }

  /// The folder itself, by a link, above the overlays, of a single file, and of the file behind a link.
  @Test func pictureFoldersAreNotWrittenTo() throws {
    let place = try Workplace.withRun()
    try picture(place, "photos/x.png")
    try picture(place, "out/overlays/y.png")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: place.path("link"), withDestinationPath: "photos")
    try place.makeFolder("links")
    try files.createSymbolicLink(atPath: place.path("links/x.png"), withDestinationPath: "../photos/x.png")
    let before = try place.bytes("photos/x.png")
    for (images, output, named) in [
      ("photos", "photos", "photos"), ("photos/", "./photos/../photos", "./photos/../photos"),
      ("photos", "link", "link"), ("link", "photos", "photos"), ("photos/x.png", "photos", "photos"),
      ("links", "photos", "photos"), ("links/x.png", "links", "links"),
      ("out/overlays", "out", "out/overlays"),
    ] {
      let line =
        "error: \(named): pictures to predict lie in there, where nothing is written; "
        + "name another folder with --output"
      #expect(try predict(place, [images], output) == [line], "\(images) \(output)")
    }
    #expect(try place.bytes("photos/x.png") == before)
    #expect(try files.subpathsOfDirectory(atPath: place.path("photos")) == ["x.png"])
    #expect(try predict(place, ["photos"], "photos/masks") == [])
  }

  @Test func whatCannotBePredictedIsNamedAndCounted() throws {
    let place = try Workplace.withRun()
    for name in ["a", "b", "e"] { try picture(place, "in/\(name).png") }
    try place.truncate("in/b.png", by: 40)
    let photograph = Workplace.photograph(width: 24, height: 20, seed: 1)
    try photograph.writeJPEG(to: place.path("in/h.jpg"), quality: 90)
    try place.truncate("in/h.jpg", by: 200)
    try place.makeFolder("in/c.jpg")
    try place.write("ftyp", "in/d.heic")
    try place.write("hidden", "in/._a.png")
    try place.write("text", "in/notes.txt")
    try place.write("P6", "in/i.PPM")
    try place.write("II", "in/j.CR2")
    try place.write("text", "in/README")
    try picture(place, "in/k")
    #expect(mkfifo(place.path("in/f.png"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: place.path("in/g.png"), withDestinationPath: "gone")
    #expect(
      try predict(place, ["in"], "out") == [
        "warning: in/c.jpg: is a folder; name a picture",
        "warning: in/d.heic: is no .jpg, .jpeg or .png file; convert it",
        "warning: in/f.png: is a pipe or a device; name a picture",
        "warning: in/g.png: leads to no file; name a picture",
        "warning: in/i.PPM: is no .jpg, .jpeg or .png file; convert it",
        "warning: in/j.CR2: is no .jpg, .jpeg or .png file; convert it",
        "warning: in/k: is a picture, but its name does not end in .jpg, .jpeg or .png; rename it",
        "warning: in/b.png: truncated: the PNG data ends before the last row; copy the file again",
        "warning: in/h.jpg: truncated: the JPEG data ends before the last row; copy the file again",
        "error: 9 of 11 pictures could not be predicted; mend or remove those that are named above",
      ])
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: place.path("out")).sorted() == [
        "a.png", "e.png", "overlays", "overlays/a.png", "overlays/e.png", "predictions.json",
      ])
  }

  /// Folders of pictures that nobody asked for are named; those of predictions are none.
  @Test func foldersInAFolderAreNamed() throws {
    let place = try Workplace.withRun()
    try picture(place, "in/a.png")
    try picture(place, "in/more/b.png")
    try place.write("text", "in/texts/c.txt")
    let arguments = ["--run", "Checkpoints/small/1", "--output", "in/out", "--images", "in"]
    for _ in 1...2 {
      let result = try place.run("predict", arguments)
      #expect(
        result.stderr == """
          warning: in/more: the pictures in this folder are not predicted; name it to predict them as well

          """)
      #expect(result.status == 0)
    }
    #expect(try place.run("predict", arguments + ["in/more"]).stderr.isEmpty)
  }

  /// Masks of an earlier prediction are made anew; nothing else is replaced.
  @Test func filesOfOthersStay() throws {
    let place = try Workplace.withRun()
    try picture(place, "in/x.png")
    #expect(try predict(place, ["in"], "out") == [])
    #expect(try predict(place, ["in/x.png", "in"], "out") == [])
    try picture(place, "in/y.png")
    try place.writeMask("out/y.png")
    let drawn = try place.bytes("out/y.png")
    let refusal =
      "is there already and was not made by predict; name another folder with --output, or remove it"
    #expect(try predict(place, ["in"], "out") == ["error: out/y.png: \(refusal)"])
    #expect(try place.bytes("out/y.png") == drawn)
    try place.remove("out/y.png")
    #expect(try predict(place, ["in"], "out") == [])
    try place.write("{}", "out/predictions.json")
    #expect(try predict(place, ["in"], "out") == ["error: out/predictions.json: \(refusal)"])
    try picture(place, "more/x.jpg")
    #expect(
      try predict(place, ["in", "more"], "other") == [
        "error: in/x.png and more/x.jpg: both would be written to x.png; predict them into two folders"
      ])
    #expect(!place.exists("other"))
  }
}

import Configuration
import Datasets
import Imaging
import Testing

@Suite struct SyntheticShapesTests {
  @Test func sameSeedGivesTheSameBytesEverywhere() throws {
    var options = SyntheticShapes()
    options.side = 48
    let data = try options.open()
    let hashes = try ["train-00000", "val-00007"].map { id in
      let sample = try data.sample(id, wantsMask: true)
      return [fnv(sample.image.pixels), fnv(try #require(sample.mask).ids)]
    }
    #expect(
      hashes == [
        [466_989_042_769_887_932, 17_515_816_551_300_765_965],
        [7_911_637_256_352_325_162, 2_270_816_228_377_807_265],
      ])
  }

  @Test func otherSeedsAndSplitsGiveOtherImages() throws {
    var other = SyntheticShapes()
    other.seed = 1
    let (data, otherData) = (try SyntheticShapes().open(), try other.open())
    let image = try data.image(of: "train-00003")
    #expect(try otherData.image(of: "train-00003") != image)
    #expect(try data.image(of: "val-00003") != image)
  }

  @Test func labelsNameWhatTheMaskShows() throws {
    let data = try SyntheticShapes().open()
    for id in try data.identifiers(of: .train).prefix(150) {
      let sample = try data.sample(id, wantsMask: true)
      let counts = try #require(sample.mask).histogram
      let seen = (0..<data.classNames.count).filter { counts[$0 + 1] > 0 }
      #expect(sample.labels == seen, "\(id)")
      #expect(try data.labels(of: id) == seen)
      #expect(seen.allSatisfy { counts[$0 + 1] >= 60 }, "\(id): every labelled object is large enough to see")
      #expect((1...3).contains(seen.count))
      #expect(counts.dropFirst(data.classCount).allSatisfy { $0 == 0 })
    }
  }

  @Test func everyClassIsInAFairShareOfImages() throws {
    let data = try SyntheticShapes().open()
    for split in [Split.train, .val] {
      let labels = try data.identifiers(of: split).map { id in try data.labels(of: id) }
      for index in data.classNames.indices {
        let share = Double(labels.count { $0.contains(index) }) / Double(labels.count)
        #expect((0.2...0.5).contains(share), "\(data.classNames[index]) is in \(share) of \(split)")
      }
      let several = Double(labels.count { $0.count > 1 }) / Double(labels.count)
      #expect(several > 0.5)
    }
  }

  @Test func splitsAreDisjointAndSeedsAreJudgedOnTrainingImages() throws {
    let data = try SyntheticShapes().open()
    let train = try data.identifiers(of: .train)
    #expect(train.count == 1200)
    #expect(try data.identifiers(of: .seeds) == train)
    #expect(data.name(of: .seeds) == "train")
    #expect(try Set(train).isDisjoint(with: data.identifiers(of: .val)))
  }

  @Test func theSceneDoesNotDependOnTheSide() throws {
    var large = SyntheticShapes()
    large.side = 128
    let (small, double) = (try SyntheticShapes().open(), try large.open())
    let coarse = try #require(try small.mask(of: "val-00002"))
    let fine = try #require(try double.mask(of: "val-00002"))
    let agreeing = (0..<64 * 64).count { fine[2 * ($0 % 64), 2 * ($0 / 64)] == coarse.ids[$0] }
    #expect(agreeing > 64 * 64 * 95 / 100)
  }

  @Test func unknownImagesAreRefused() throws {
    let data = try SyntheticShapes().open()
    for id in ["test-00001", "train", "train-x", "train-1-2", "train--1"] {
      #expect(throws: DatasetError.unknownIdentifier(id: id)) { try data.image(of: id) }
    }
  }

  @Test(arguments: [
    (8, 1, 1, "side: is 8; an image has 16 to 1024 pixels on a side"),
    (64, 0, 1, "train_images: is 0; use 1 to 1000000"),
    (64, 1, -3, "val_images: is -3; use 1 to 1000000"),
  ]) func impossibleOptionsAreRefused(_ side: Int, _ train: Int, _ val: Int, _ message: String) {
    var options = SyntheticShapes()
    (options.side, options.trainImages, options.valImages) = (side, train, val)
    let error = #expect(throws: ConfigurationError.self) { try options.check() }
    #expect(error?.description == message)
  }

  @Test func impossibleOptionsTrap() async {
    await #expect(processExitsWith: .failure) {
      var options = SyntheticShapes()
      options.side = 8
      _ = try options.open()
    }
  }
}

/// The FNV-1a hash of bytes.
private func fnv(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

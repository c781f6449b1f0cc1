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

  @Test func rangesThatAreNoneAreRefused() {
    func message(_ change: (inout SyntheticShapes) -> Void) -> String? {
      var options = SyntheticShapes()
      change(&options)
      return #expect(throws: ConfigurationError.self) { try options.check() }?.description
    }
    #expect(
      message { $0.objects = [3, 1] } == "objects: is [3, 1]; use two numbers, the smaller one first")
    #expect(message { $0.clutter = [3] } == "clutter: is [3]; use two numbers, the smaller one first")
    #expect(
      message { ($0.classes, $0.objects) = (2, [1, 3]) }
        == "objects: goes up to 3, but there are 2 classes; use at most that")
  }

  @Test func otherWorldsHoldWhatTheyPromise() throws {
    var options = SyntheticShapes()
    (options.classes, options.objects, options.objectSize) = (12, [2, 4], [0.15, 0.2])
    let data = try options.open()
    #expect(data.classNames.count == 12 && Set(data.classNames).count == 12)
    var seen: Set<Int> = []
    for id in try data.identifiers(of: .train).prefix(48) {
      let sample = try data.sample(id, wantsMask: true)
      let counts = try #require(sample.mask).histogram
      #expect(sample.labels == (0..<12).filter { counts[$0 + 1] > 0 }, "\(id)")
      #expect((1...4).contains(sample.labels.count))
      // No object is wider than twice its radius and a little more.
      let widest = 28 * 28
      #expect(counts.dropFirst().allSatisfy { $0 <= widest })
      seen.formUnion(sample.labels)
    }
    #expect(seen.count == 12)
  }

  @Test func contrastDrawsTheSameSceneInGrey() throws {
    var faint = SyntheticShapes()
    faint.contrast = 0.2
    let (plain, pale) = (try SyntheticShapes().open(), try faint.open())
    #expect(try plain.mask(of: "val-00001") == pale.mask(of: "val-00001"))
    func spread(_ data: any Dataset) throws -> Double {
      let pixels = try data.image(of: "val-00001").pixels.map(Double.init)
      let mean = pixels.reduce(0, +) / Double(pixels.count)
      return (pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pixels.count)).squareRoot()
    }
    #expect(try spread(pale) < 0.5 * spread(plain))
  }

  @Test func ownGroundsTellTheClassWithoutTheObject() throws {
    var options = SyntheticShapes()
    (options.grounds, options.objects) = ("own", [1, 1])
    let data = try options.open()
    // The mean colour of the ground alone tells two images of one class from those of another.
    var means: [Int: [SIMD3<Double>]] = [:]
    for id in try data.identifiers(of: .train).prefix(60) {
      let sample = try data.sample(id, wantsMask: true)
      let mask = try #require(sample.mask)
      var (sum, count) = (SIMD3<Double>.zero, 0.0)
      for index in mask.ids.indices where mask.ids[index] == 0 {
        sum += SIMD3((0..<3).map { Double(sample.image.pixels[index * 3 + $0]) })
        count += 1
      }
      let mean = sum / count
      means[sample.labels[0], default: []].append(mean / mean.sum())
    }
    let centres = means.mapValues { $0.reduce(.zero, +) / Double($0.count) }
    func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { ((a - b) * (a - b)).sum() }
    var right = 0
    for (label, colors) in means {
      for color in colors {
        let nearest = centres.min { distance($0.value, color) < distance($1.value, color) }
        if nearest?.key == label { right += 1 }
      }
    }
    #expect(right >= 54, "\(right) of 60")
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

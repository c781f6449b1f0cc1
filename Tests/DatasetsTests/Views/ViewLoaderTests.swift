import Autograd
import Configuration
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct ViewLoaderTests {
  private func loader(
    aligned: Bool = true, seed: UInt64 = 5, _ change: (inout ViewOptions) -> Void = { _ in }
  ) throws -> ViewLoader {
    let data = StubDataset()
    var augmentation = Augmentation()
    augmentation.crop = 16
    augmentation.padding = .black
    var options = ViewOptions()
    change(&options)
    return ViewLoader(
      try BatchLoader(data, ids: data.ids, batchSize: 4, augmentation: augmentation, seed: seed),
      options: options, isAligned: aligned)
  }

  private func plain(_ options: inout ViewOptions) {
    options.jitter = 0
    options.grayscale = 0
    options.blur = [0, 0, 0]
    options.solarize = 0
  }

  private func expectSame(_ a: ViewBatch, _ b: ViewBatch) {
    #expect(a.ids == b.ids && a.boxes == b.boxes && a.guides == b.guides && a.classes == b.classes)
    #expect(a.images.scalars == b.images.scalars && a.labels.scalars == b.labels.scalars)
    #expect(a.secondViews.scalars == b.secondViews.scalars)
    #expect(a.localViews.scalars == b.localViews.scalars)
  }

  @Test func aBatchIsAFunctionOfSeedAndStep() throws {
    let loader = try loader()
    let batches = loader.batches(2..<5, depth: 2, threads: 2)
    for step in 2..<5 { expectSame(try #require(try batches.next()), try loader.batch(at: step)) }
    let (first, other) = (try loader.batch(at: 2), try self.loader(seed: 6).batch(at: 2))
    #expect(first.images.scalars != other.images.scalars)
  }

  @Test func orderAndBoxesAreThoseOfThePlainLoader() throws {
    let loader = try loader()
    let (views, plain) = (try loader.batch(at: 3), try loader.base.batch(at: 3))
    #expect(views.ids == plain.ids && views.boxes == plain.boxes)
    #expect(views.labels.scalars == plain.labels.scalars)
    for (row, classes) in views.classes.enumerated() {
      let width = views.labels.shape[1]
      #expect(classes.allSatisfy { views.labels.scalars[row * width + $0] == 1 })
    }
  }

  @Test func alignedViewsDifferInColourOnly() throws {
    let batch = try loader(plain).batch(at: 0)
    #expect(batch.images.scalars == batch.localViews.scalars)
    for (index, guide) in batch.guides.enumerated() {
      let image = batch.images.slice(axis: 0, index..<index + 1).reshaped(to: [16, 16, 3])
      #expect(Image(image) == guide)
    }
  }

  @Test func viewsWithFlipsOfTheirOwnComeApart() throws {
    let loader = try loader(aligned: false, plain)
    var mirrored = 0
    for step in 0..<4 {
      let batch = try loader.batch(at: step)
      for index in 0..<4 {
        let (trained, local) = (batch.images, batch.localViews)
        let a = trained.slice(axis: 0, index..<index + 1)
        let b = local.slice(axis: 0, index..<index + 1)
        if a.scalars != b.scalars {
          #expect(a.scalars == b.flipped(axis: 2).scalars)
          mirrored += 1
        }
      }
    }
    #expect(1...15 ~= mirrored)
  }

  @Test func coloursOfTheGuidesAreLeftAlone() throws {
    let aligned = try loader().batch(at: 1)
    let plainGuides = try loader(plain).batch(at: 1).guides
    #expect(aligned.guides == plainGuides)
    #expect(try loader(aligned: false).batch(at: 1).guides != plainGuides)
  }

  @Test func cropsAreCutWhereTheyAreAskedFor() throws {
    let batch = try loader().batch(at: 0)
    let crops = batch.localCrops([[(1, 2)], [], [(0, 0), (12, 11)], []], side: 4)
    #expect(crops.shape == [3, 4, 4, 3])
    let expected = batch.localViews.slice(axis: 0, 2..<3).slice(axis: 1, 12..<16).slice(axis: 2, 11..<15)
    #expect(crops.slice(axis: 0, 2..<3).scalars == expected.scalars)
  }

  @Test func partsFitAndHaveTheAreaAskedFor() {
    var random = Philox(seed: 1, name: "parts")
    for _ in 0..<200 {
      let part = RandomPart(width: 50, height: 40, area: [0.4, 1], random: &random)
      #expect(part.left >= 0 && part.left + part.width <= 50 && part.top + part.height <= 40)
      #expect(part.width * part.height >= 2000 * 4 / 10 - 50)
    }
    // No such part fits into a strip: its middle is taken.
    let strip = RandomPart(width: 100, height: 3, area: [0.9, 1], random: &random)
    #expect(strip == RandomPart(width: 100, height: 3, area: [0.9, 1], random: &random))
    #expect(strip.width == 4 && strip.height == 3 && strip.left == 48)
  }

  @Test func impossibleOptionsAreNamed() {
    func message(_ change: (inout ViewOptions) -> Void) -> String {
      var options = ViewOptions()
      change(&options)
      let error = #expect(throws: ConfigurationError.self) { try options.check() }
      return error?.description ?? ""
    }
    #expect(message { $0.blur = [1] } == "blur: is [1.0]; list three probabilities from 0 to 1")
    #expect(message { $0.jitter = 2 } == "jitter: is 2.0; use a probability from 0 to 1")
    #expect(
      message { $0.area = [0, 1] } == "area: is [0.0, 1.0]; write [smallest, largest] above 0 and up to 1")
  }
}

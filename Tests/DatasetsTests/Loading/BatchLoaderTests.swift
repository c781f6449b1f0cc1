import Autograd
import Datasets
import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing

@Suite struct BatchLoaderTests {
  static func augmentation() -> Augmentation {
    var augmentation = Augmentation()
    augmentation.crop = 10
    augmentation.brightness = 0.3
    return augmentation
  }

  @Test func everyEpochShowsEachImageOnce() throws {
    let data = StubDataset()
    let loader = try BatchLoader(
      data, ids: data.ids, batchSize: 4, augmentation: Self.augmentation(), seed: 5)
    let order = (0..<10).flatMap { loader.identifiers(at: $0) }
    for epoch in 0..<4 { #expect(Set(order[epoch * 10..<epoch * 10 + 10]) == Set(data.ids)) }
    #expect(order[0..<10] != order[10..<20], "each epoch has an order of its own")
    let other = try BatchLoader(
      data, ids: data.ids, batchSize: 4, augmentation: Self.augmentation(), seed: 6)
    #expect((0..<10).flatMap { other.identifiers(at: $0) } != order)
  }

  @Test(arguments: [(1, 1), (4, 1), (3, 2), (8, 4)])
  func batchesDoNotDependOnDepthOrThreads(depth: Int, threads: Int) throws {
    let data = StubDataset()
    let loader = try BatchLoader(
      data, ids: data.ids, batchSize: 3, augmentation: Self.augmentation(), masks: .truth, seed: 5)
    let batches = loader.batches(0..<7, depth: depth, threads: threads)
    for step in 0..<7 {
      let batch = try #require(try batches.next())
      try expectSame(batch, loader.batch(at: step))
    }
    #expect(try batches.next() == nil)
  }

  @Test func resumingAtAStepGivesTheSameBatches() throws {
    let data = StubDataset()
    let loader = try BatchLoader(
      data, ids: data.ids, batchSize: 3, augmentation: Self.augmentation(), seed: 5)
    let whole = loader.batches(0..<8)
    let rest = loader.batches(5..<8)
    for _ in 0..<5 { _ = try whole.next() }
    for _ in 5..<8 { try expectSame(#require(try whole.next()), #require(try rest.next())) }
  }

  @Test func noMaskIsReadUnlessAskedFor() throws {
    let data = StubDataset()
    let loader = try BatchLoader(
      data, ids: data.ids, batchSize: 10, augmentation: Self.augmentation(), seed: 5)
    #expect(try loader.batch(at: 0).masks == nil)
    #expect(data.masksRead.withLock { $0 } == 0)
    let supervised = try BatchLoader(
      data, ids: data.ids, batchSize: 10, augmentation: Self.augmentation(), masks: .truth, seed: 5)
    #expect(try supervised.batch(at: 0).masks?.shape == [10, 10, 10])
    #expect(data.masksRead.withLock { $0 } == 10)
  }

  @Test func valuesAreNormalisedAndPaddingIsMarked() throws {
    var augmentation = Augmentation()
    augmentation.crop = 16
    augmentation.scale = [1, 1]
    let data = StubDataset()
    for padding in [Augmentation.Padding.mean, .black] {
      augmentation.padding = padding
      let loader = try BatchLoader(
        data, ids: data.ids, batchSize: 2, augmentation: augmentation, masks: .truth, seed: 5)
      let batch = try loader.batch(at: 0)
      let images: [Float] = batch.images.scalars
      let masks: [Float] = try #require(batch.masks).scalars
      #expect(batch.boxes.allSatisfy { $0.right - $0.left == 12 && $0.bottom - $0.top == 8 })
      for index in 0..<512 {
        let number = Int(batch.ids[index / 256].dropFirst(5)) ?? 0
        let isPadding = !batch.boxes[index / 256].contains(x: index % 16, y: index % 256 / 16)
        let outside: Float = padding == .black ? 0 : 0.485
        let level: Float = isPadding ? outside : Float(20 * number) / 255
        let expected: Float = (level - 0.485) / 0.229
        #expect(abs(images[3 * index] - expected) < 1e-5)
        #expect(masks[index] == (isPadding ? 255 : Float(number % 2 + 1)))
      }
      let labels: [[Float]] = batch.ids.map { Int($0.dropFirst(5)).map { $0 % 2 } == 0 ? [1, 0] : [0, 1] }
      #expect(batch.labels.scalars == labels.flatMap { $0 })
    }
  }

  @Test func aBrokenFileIsNamedAtItsStep() throws {
    let data = StubDataset(broken: "image3")
    let loader = try BatchLoader(
      data, ids: data.ids, batchSize: 1, augmentation: Self.augmentation(), seed: 5)
    let batches = loader.batches(0..<10, depth: 4)
    for step in 0..<10 {
      if loader.identifiers(at: step) == ["image3"] {
        #expect(throws: DatasetError.image(.empty(path: "image3.jpg"))) { try batches.next() }
      } else {
        #expect(try batches.next()?.ids == loader.identifiers(at: step))
      }
    }
  }

  @Test func masksCanComeFromAFolder() throws {
    try withTemporaryFolder { (folder) throws in
      let data = StubDataset(count: 2)
      let ids = [UInt8](repeating: 2, count: 12 * 8)
      try LabelMap(width: 12, height: 8, ids: ids).writePNG(to: folder + "/image0.png")
      let loader = try BatchLoader(
        data, ids: ["image0"], batchSize: 1, augmentation: Self.augmentation(), masks: .folder(folder),
        seed: 5)
      #expect(Set(try #require(loader.batch(at: 0).masks).scalars).subtracting([255]) == [2])
      #expect(data.masksRead.withLock { $0 } == 0)
      let missing = try BatchLoader(
        data, ids: ["image1"], batchSize: 1, augmentation: Self.augmentation(), masks: .folder(folder),
        seed: 5)
      #expect(throws: DatasetError.missingMask(id: "image1", path: folder + "/image1.png")) {
        try missing.batch(at: 0)
      }
    }
  }

  @Test func impossibleOptionsTrap() async {
    await #expect(processExitsWith: .failure) {
      var augmentation = Augmentation()
      augmentation.crop = 0
      let data = StubDataset()
      _ = try BatchLoader(data, ids: data.ids, batchSize: 1, augmentation: augmentation, seed: 0)
    }
  }

  private func expectSame(_ left: Batch, _ right: Batch, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(left.step == right.step && left.ids == right.ids, sourceLocation: sourceLocation)
    #expect(left.geometries == right.geometries, sourceLocation: sourceLocation)
    #expect(left.images.scalars == right.images.scalars, sourceLocation: sourceLocation)
    #expect(left.masks?.scalars == right.masks?.scalars, sourceLocation: sourceLocation)
  }
}

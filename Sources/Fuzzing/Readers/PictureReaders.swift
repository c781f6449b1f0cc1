import Autograd
import Foundation
import Imaging

/// Pictures in PNG files.
struct PNGReader: FuzzedReader {
  static let name = "png"
  let corpus: [[UInt8]]
  let mutations = PNGMutations.all

  init(folder: String) throws {
    let picture = try InputFile.bytes(in: folder) { try checkered(width: 9, height: 7).writePNG(to: $0) }
    corpus = [picture] + PNGFiles.all
  }

  func read(_ input: [UInt8]) throws -> Reading {
    let picture = try Image.decode(input, path: "input.png")
    return { portable("P6", picture.width, picture.height, picture.pixels) }
  }
}

/// Masks in PNG files.
struct MaskReader: FuzzedReader {
  static let name = "mask"
  let corpus: [[UInt8]]
  let mutations = PNGMutations.all

  init(folder: String) throws {
    let map = LabelMap(width: 5, height: 4, ids: (0..<20).map { $0 % 7 == 6 ? 255 : $0 % 7 })
    // Colours without indices are no mask.
    corpus = try [InputFile.bytes(in: folder) { try map.writePNG(to: $0) }] + PNGFiles.masks
  }

  func read(_ input: [UInt8]) throws -> Reading {
    let map = try LabelMap.decode(input, path: "input.png")
    return { portable("P5", map.width, map.height, map.ids) }
  }
}

/// Pictures in JPEG files.
struct JPEGReader: FuzzedReader {
  static let name = "jpeg"
  let corpus: [[UInt8]]
  let mutations = JPEGMutations.all

  init(folder: String) throws {
    let picture = checkered(width: 17, height: 12)
    let plain = try JPEGSubsampling.allCases.map { subsampling in
      try InputFile.bytes(in: folder) { try picture.writeJPEG(to: $0, quality: 60, subsampling: subsampling) }
    }
    let rotated = plain.enumerated().map { index, file in
      file[..<2] + EXIF.segment(EXIF.bytes(orientation: 6, isBigEndian: index == 0)) + file[2...]
    }
    corpus = plain + rotated.map(Array.init) + [Embedded.progressiveColors, Embedded.progressiveGrey]
  }

  func read(_ input: [UInt8]) throws -> Reading {
    let picture = try Image.decode(input, path: "input.jpg")
    return { portable("P6", picture.width, picture.height, picture.pixels) }
  }
}

/// A picture with edges and slopes.
private func checkered(width: Int, height: Int) -> Image {
  Image(
    width: width, height: height,
    pixels: (0..<width * height).flatMap { place -> [UInt8] in
      let (x, y) = (place % width, place / width)
      return [UInt8(x * 13 % 256), UInt8(y * 19 % 256), (x / 2 + y / 2) % 2 == 0 ? 40 : 210]
    })
}

/// A file of Netpbm, which anything reads.
private func portable(_ kind: String, _ width: Int, _ height: Int, _ samples: [UInt8]) -> [UInt8] {
  Array("\(kind) \(width) \(height) 255\n".utf8) + samples
}

/// PNG files of every colour type, made chunk by chunk.
private enum PNGFiles {
  static let masks = [
    file(depth: 8, type: 3, palette: 4), file(depth: 4, type: 3, palette: 9),
    file(depth: 1, type: 3, palette: 2),
    file(depth: 8, type: 0), file(depth: 1, type: 0), file(depth: 2, type: 0), file(depth: 16, type: 0),
    file(depth: 8, type: 4), file(depth: 8, type: 3, palette: 256, transparency: 3),
    file(depth: 8, type: 0, isInterlaced: true),
  ]

  static let all =
    masks + [
      file(depth: 8, type: 2), file(depth: 16, type: 2), file(depth: 8, type: 6), file(depth: 16, type: 6),
      file(depth: 16, type: 4), file(depth: 4, type: 0), file(depth: 8, type: 2, isInterlaced: true),
      file(depth: 8, type: 6, isInterlaced: true),
    ]

  /// A file of 5 × 3 pixels with small samples.
  private static func file(
    depth: Int, type: UInt8, palette: Int = 0, transparency: Int = 0, isInterlaced: Bool = false
  ) -> [UInt8] {
    let (width, height) = (5, 3)
    let channels = [1, 0, 3, 1, 2, 0, 4][Int(type)]
    // Width and height of the passes; one pass without interlacing.
    let passes =
      isInterlaced ? [(1, 1), (1, 1), (2, 1), (1, 1), (3, 1), (2, 2), (5, 1)] : [(width, height)]
    let samples = passes.flatMap { columns, rows in
      (0..<rows).flatMap { row -> [UInt8] in
        let count = (columns * channels * depth + 7) / 8
        return [UInt8(row % 5)] + (0..<count).map { depth == 16 ? UInt8($0 % 2 * 3) : UInt8($0 % 2) }
      }
    }
    var chunks: [PNGChunks.Chunk] = [
      .init(
        "IHDR",
        PNGChunks.number(width) + PNGChunks.number(height) + [UInt8(depth), type, 0, 0, isInterlaced ? 1 : 0])
    ]
    if palette > 0 { chunks.append(.init("PLTE", (0..<3 * palette).map { UInt8($0 % 256) })) }
    if transparency > 0 { chunks.append(.init("tRNS", [UInt8](repeating: 128, count: transparency))) }
    chunks += [.init("IDAT", PNGChunks.stored(samples)), .init("IEND", [])]
    return PNGChunks(chunks).bytes
  }
}

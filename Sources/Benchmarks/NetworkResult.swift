import Foundation

/// The speed of a whole network.
public struct NetworkResult: BenchmarkResult {
  let model: String
  let batch: Int
  let size: Int
  let threads: Int
  /// The median over all steps.
  let secondsPerStep: Double
  let imagesPerSecond: Double
  /// The most physical memory that the process has held.
  let peakRssMib: Double

  public var summary: String {
    String(
      format: "%@, batch %d, %d × %d pixels, %d threads: %.1f ms per step, %.1f images/s, %.0f MiB", model,
      batch,
      size, size, threads, secondsPerStep * 1e3, imagesPerSecond, peakRssMib)
  }
}

/// What can be wrong with the request for a benchmark.
public enum BenchmarkError: Error, Sendable, Equatable {
  case unknownModel(String, known: [String])
  case illegalSize(Int, model: String, nearest: Int)
  case illegalStride(Int, model: String, legal: [Int])
}

extension BenchmarkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownModel(let name, let known):
      "--model \(name): unknown model; choose one of \(known.joined(separator: ", "))"
    case .illegalSize(let size, let model, let nearest):
      "--size \(size): \(model) cannot take images of this size; the nearest that it can is \(nearest)"
    case .illegalStride(let stride, let model, let legal):
      legal.isEmpty
        ? "--output-stride \(stride): \(model) has one output stride; leave the option out"
        : "--output-stride \(stride): \(model) cannot be built with it; use one of "
          + legal.map(String.init).joined(separator: ", ")
    }
  }
}

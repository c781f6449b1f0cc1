import CProcessor

/// The registers of the architecture that the kernels are built for.
enum Registers {
  /// Whether each of 32 holds a vector: then six rows by four vectors of accumulators fit, and six by one
  /// otherwise: twelve registers of eight numbers (AVX2) or 24 of four (NEON; SSE has sixteen and spills).
  static var holdVectors: Bool { REGISTERS_HOLD_SIXTEEN != 0 }
}

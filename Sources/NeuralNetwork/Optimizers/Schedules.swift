import Foundation

/// The factor on every learning rate at a step, counted from 0.
public typealias Schedule = @Sendable (_ step: Int) -> Float

/// The schedule that changes nothing.
public func constantSchedule() -> Schedule {
  { _ in 1 }
}

/// `(1 − step/total)^power`, 0 from `total` on.
public func poly(over total: Int, power: Double = 0.9) -> Schedule {
  { step in Float(pow(max(0, 1 - Double(step) / Double(max(total, 1))), power)) }
}

/// Half a cosine wave from 1 down to `floor` at step `total`, and `floor` from there on.
public func cosine(over total: Int, floor: Float = 0) -> Schedule {
  { step in
    let progress = min(1, Double(step) / Double(max(total, 1)))
    return floor + (1 - floor) * Float((1 + cos(.pi * progress)) / 2)
  }
}

/// A straight line from `start` at step 0 to 1 at step `steps`, where `schedule` takes over.
///
/// As in ToCo, `schedule` counts from the beginning of training and not from the end of the warm-up.
public func warmUp(
  over steps: Int, from start: Double = 1e-6, then schedule: @escaping Schedule
) -> Schedule {
  { step in
    guard step < steps else { return schedule(step) }
    return Float(1 - (1 - Double(step) / Double(steps)) * (1 - start))
  }
}

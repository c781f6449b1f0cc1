public import Autograd

/// The share of a map's energy that lies on the object, 0 to 1: Σ_object L / Σ L with L brought to 0 … 1
/// (Wang et al., "Score-CAM", CVPR Workshops 2020).
///
/// `object` says of each of the map's pixels, row by row, whether it belongs to the object. `nil` of a
/// constant map, of one that is not finite, and without an object.
///
/// - Precondition: there is a value of `object` for each of `[height, width]`.
public func energyPointing(_ map: Tensor, object: [Bool]) -> Double? {
  precondition(
    map.count == object.count, "energy pointing: \(object.count) pixels for a map of \(map.shape)")
  guard object.contains(true), let unit = map.unitRange() else { return nil }
  var (inside, all) = (0.0, 0.0)
  for (value, isObject) in zip(unit.scalars, object) {
    all += Double(value)
    if isObject { inside += Double(value) }
  }
  return inside / all
}

/// The mean of a map's positive part inside a box over that outside, the ratio of Grad-CAM; 1 for a uniform
/// map (Selvaraju et al., "Grad-CAM", ICCV 2017).
///
/// `nil` where one side has no pixel, the map is nowhere above 0 outside, or it is not finite.
///
/// - Precondition: there is a value of `object` for each of `[height, width]`.
public func insideOutsideRatio(_ map: Tensor, object: [Bool]) -> Double? {
  precondition(
    map.count == object.count, "inside-outside ratio: \(object.count) pixels for a map of \(map.shape)")
  guard map.isFinite else { return nil }
  var sums = (inside: 0.0, outside: 0.0)
  let count = object.count { $0 }
  for (value, isObject) in zip(map.scalars, object) {
    if isObject { sums.inside += Double(max(0, value)) } else { sums.outside += Double(max(0, value)) }
  }
  guard count > 0, count < object.count, sums.outside > 0 else { return nil }
  return sums.inside / Double(count) / (sums.outside / Double(object.count - count))
}

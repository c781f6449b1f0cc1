import Foundation

/// Numbers and times as people read them.
public enum Formatting {
  /// `value` with `digits` digits after the point, whatever the locale.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", locale: nil, value)
  }

  /// Four significant digits: `0.1234`, `12.35`, `5.900e-05`.
  public static func significant(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "inf" : "-inf" }
    let magnitude = abs(value)
    if magnitude != 0, magnitude < 1e-3 || magnitude >= 1e5 {
      return String(format: "%.3e", locale: nil, value)
    }
    let digits = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4
    return fixed(value, digits)
  }

  /// A length of time: `0.4 s`, `12 s`, `3:05`, `1:02:03`, `2 d 1:02:03`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    if seconds < 9.95 { return "\(fixed(seconds, 1)) s" }
    let whole = Int(min(seconds.rounded(), 1e9))
    if whole < 60 { return "\(whole) s" }
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    if hours == 0 { return "\(minutes):\(padded(rest))" }
    let clock = "\(hours % 24):\(padded(minutes)):\(padded(rest))"
    return hours < 24 ? clock : "\(hours / 24) d \(clock)"
  }

  /// How many per second, or seconds for each when that is less than one: `3.2 steps/s`, `1.5 s/step`.
  public static func rate(secondsPerUnit seconds: Double, _ unit: String) -> String {
    guard seconds > 0 else { return "? \(unit)s/s" }
    return seconds <= 1
      ? "\(shortest(1 / seconds)) \(unit)s/s" : "\(shortest(seconds)) s/\(unit)"
  }

  /// `1 step`, `20 steps`.
  public static func count(_ number: Int, _ unit: String) -> String {
    number == 1 ? "1 \(unit)" : "\(number) \(unit)s"
  }

  private static func shortest(_ value: Double) -> String { fixed(value, value < 99.95 ? 1 : 0) }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

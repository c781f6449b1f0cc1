import Reporting
import Testing

@Suite struct FormattingTests {
  @Test(arguments: [
    (0, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1:00"),
    (185, "3:05"),
    (3599.7, "1:00:00"), (3723, "1:02:03"), (86_400 + 3723, "1 d 1:02:03"), (-1, "?"), (.infinity, "?"),
    (.nan, "?"),
  ]) func durations(_ seconds: Double, _ text: String) {
    #expect(Formatting.duration(seconds) == text)
  }

  @Test(arguments: [
    (0, "0.0000"), (0.12345, "0.1235"), (-0.5, "-0.5000"), (1.23456, "1.235"), (12.3456, "12.35"),
    (123.45, "123.5"),
    (1234.5, "1234"), (5.9e-5, "5.900e-05"), (123_456, "1.235e+05"), (.nan, "nan"), (-.infinity, "-inf"),
  ]) func significantDigits(_ value: Double, _ text: String) {
    #expect(Formatting.significant(value) == text)
  }

  @Test(arguments: [
    (0.3125, "3.2 steps/s"), (1, "1.0 steps/s"), (1.5, "1.5 s/step"), (0.001, "1000 steps/s"),
    (0, "? steps/s"),
  ]) func rates(_ seconds: Double, _ text: String) {
    #expect(Formatting.rate(secondsPerUnit: seconds, "step") == text)
  }
}

import Foundation
import NeuralNetwork
import Testing

@Suite struct SchedulesTests {
  @Test func polyFollowsItsClosedForm() {
    let schedule = poly(over: 1000)
    #expect(schedule(0) == 1)
    #expect(schedule(500) == Float(pow(0.5, 0.9)))
    #expect(schedule(1000) == 0)
    #expect(schedule(1001) == 0)
    #expect(poly(over: 10, power: 1)(5) == 0.5)
  }

  @Test func cosineEndsAtItsFloor() {
    let schedule = cosine(over: 100, floor: 0.1)
    #expect(schedule(0) == 1)
    #expect(abs(schedule(50) - 0.55) < 1e-6)
    #expect(schedule(100) == 0.1)
    #expect(schedule(200) == 0.1)
  }

  @Test func warmUpHandsOverToAScheduleThatCountsFromTheStart() {
    let schedule = warmUp(over: 75, then: poly(over: 1000))
    #expect(abs(schedule(0) - 1e-6) < 1e-12)
    #expect(schedule(74) == Float(1 - (1 - 74.0 / 75) * (1 - 1e-6)))
    #expect(schedule(75) == poly(over: 1000)(75))
    #expect(schedule(500) == Float(pow(0.5, 0.9)))
    #expect(schedule(1000) == 0)
  }

  @Test func constantScheduleIsOne() {
    #expect(constantSchedule()(123) == 1)
  }
}

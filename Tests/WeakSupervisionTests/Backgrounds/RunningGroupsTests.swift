import Foundation
import Testing
import WeakSupervision

@Suite struct RunningGroupsTests {
  @Test func thresholdsAreThoseOfScikitImage() throws {
    var groups = RunningGroups()
    #expect(groups.thresholds == nil)
    groups.observe([])
    #expect(groups.thresholds == nil)
    groups.observe([DrawnMaps.twoGroups])
    let found = try #require(groups.thresholds)
    #expect(found.lower == 0.38671875 && found.upper == 0.75)
  }

  @Test func aStepCountsAHundredth() throws {
    let halves = DrawnMaps.twoGroups.map { $0 / 2 }
    var (groups, together) = (RunningGroups(), RunningGroups())
    groups.observe([DrawnMaps.twoGroups])
    groups.observe([halves])
    together.observe([[Float]](repeating: DrawnMaps.twoGroups, count: 99) + [halves])
    let (found, expected) = try (#require(groups.thresholds), #require(together.thresholds))
    #expect(found == expected)
  }

  @Test func whatWasSeenReadsBack() throws {
    var groups = RunningGroups()
    groups.observe([DrawnMaps.twoGroups, [0.1, 0.9]])
    var read = try JSONDecoder().decode(RunningGroups.self, from: JSONEncoder().encode(groups))
    groups.observe([[0.4, 0.3, 0.8]])
    read.observe([[0.4, 0.3, 0.8]])
    #expect(try JSONEncoder().encode(read) == JSONEncoder().encode(groups))
  }
}

import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct CFCAMTests {
  /// Eight channels on two positions.
  private let activation = Tensor(
    [10, 9, 1, 1.1, 1, 3, 3.1, 0, 0, 1, 1, 1, 1.1, 0, 0, 5], shape: [1, 1, 2, 8])
  private let gradient = Tensor(
    [0.4, 0.1, 0.3, 0.2, -0.1, 0.5, -0.3, 9, 0.2, -0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 9], shape: [1, 1, 2, 8])

  private func map(_ weighting: CFCAM.Weighting, _ filter: CFCAM.Filter = .none) -> Tensor {
    var explainer = CFCAM()
    (explainer.weighting, explainer.filter) = (weighting, filter)
    return explainer.map(activation, gradient, ChannelClusters(activation))
  }

  @Test func channelsAreClusteredAsInTheWorkedExample() {
    let clusters = ChannelClusters(activation)
    #expect(clusters.dominant == [0, 1])
    #expect(clusters.groups == [[2, 3, 4], [5, 6]])
    #expect(clusters.kept == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test func mapsMatchTheWorkedExample() {
    expectClose(map(.softmax), Tensor([4.103894, 0.568616], shape: [1, 1, 2]), tolerance: 2e-6)
    expectClose(map(.linear), Tensor([4.023333, 0.413333], shape: [1, 1, 2]), tolerance: 2e-6)
  }

  @Test func clustersMatchTheReference() throws {
    let golden = try Golden("explainers")
    let clusters = try ChannelClusters(golden["activation"].reshaped(to: [1, 6, 7, 24]))
    let labels = try golden["labels"].scalars.map { Int($0) }
    #expect(clusters.dominant == labels.indices.filter { labels[$0] == -2 })
    let count = (labels.max() ?? -1) + 1
    #expect(clusters.groups == (0..<count).map { group in labels.indices.filter { labels[$0] == group } })
  }

  @Test func mapsMatchTheReference() throws {
    let golden = try Golden("explainers")
    let activation = try golden["activation"].reshaped(to: [1, 6, 7, 24])
    let gradient = try golden["gradient"].reshaped(to: [1, 6, 7, 24])
    let cases: [(String, CFCAM.Filter, CFCAM.Weighting)] = [
      ("gaussian", .gaussian, .softmax), ("bilateral", .bilateral, .linear),
      ("elementwise", .gaussian, .elementwise),
    ]
    for (name, filter, weighting) in cases {
      var explainer = CFCAM()
      (explainer.filter, explainer.weighting, explainer.sigma) = (filter, weighting, 1.3)
      let found = explainer.map(activation, gradient, ChannelClusters(activation))
      let expected = try golden["cf-cam \(name)"].reshaped(to: [1, 6, 7])
      expectClose(found, expected, tolerance: tolerance(terms: 42, scale: 4), name)
    }
  }

  /// A normalised symmetric filter with mirrored borders leaves the mean as it is.
  @Test func theGaussianKeepsTheMean() {
    expectClose(map(.softmax, .gaussian), map(.softmax), tolerance: 2e-6)
  }
}

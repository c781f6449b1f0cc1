import Autograd
import TestSupport
import Testing

@testable import Training

@Suite struct LearningCurveTests {
  /// SciPy's fit of the same points, which are noisy: as near to them, and nearly the same curve.
  @Test(arguments: 0..<4) func fitsAsWellAsReference(number: Int) throws {
    let golden = try Golden("learning_curves")
    let epochs = try golden["\(number).epochs"].scalars
    let values = try golden["\(number).values"].scalars
    let expected = try golden["\(number).fit"].scalars
    let result = try golden["\(number).result"].scalars
    let points = zip(epochs, values).map { LearningCurve.Point(epoch: Double($0), value: Double($1)) }
    let curve = try #require(LearningCurve(points))
    let error = points.reduce(0) { sum, point in
      let distance = point.value - curve.value(at: point.epoch)
      return sum + distance * distance
    }
    // The points were rounded to single precision in between.
    #expect(error <= Double(result[1]) * 1.0001 + 1e-7)
    for (epoch, value) in zip(epochs, expected) {
      #expect(abs(curve.value(at: Double(epoch)) - Double(value)) < 2e-4)
    }
    let last = try #require(epochs.last)
    #expect(abs(curve.slopeLoss(at: Double(last)) - Double(result[0])) < 5e-3)
  }

  @Test func threePointsAreTooFew() {
    let points = (1...3).map { LearningCurve.Point(epoch: Double($0), value: 0.1 * Double($0)) }
    #expect(LearningCurve(points) == nil)
  }

  @Test func aClassThatIsNeverRightHasAFlatCurve() throws {
    let points = (1...5).map { LearningCurve.Point(epoch: Double($0), value: 0) }
    let curve = try #require(LearningCurve(points))
    #expect(curve.value(at: 3) == 0 && curve.slopeLoss(at: 5) == 0)
  }
}

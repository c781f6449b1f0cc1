import Autograd
import Foundation
import TestSupport
import Testing
import WeakSupervision

@testable import Methods

@Suite struct ClassTokenContrastTests {
  @Test func matchesReference() throws {
    let golden = try Golden("class_token_contrast")
    let student = try golden["student"].tracked()
    let flags = try golden["certain"]
    let crops = flags.shape[1]
    let certain = stride(from: 0, to: flags.count, by: crops).map { row in
      flags.scalars[row..<row + crops].map { $0 > 0 }
    }
    let loss = classTokenContrast(
      student: student, teacher: try golden["teacher"], isCertain: certain, temperature: 0.5)
    try expectClose(loss, golden["y"], tolerance: tolerance(terms: 50, scale: 3), "loss")
    let gradient = try #require(loss.gradients(from: Tensor(1.5))[student])
    try expectClose(
      gradient, golden["student.gradient"], tolerance: tolerance(terms: 50, scale: 1), "gradient")
  }

  @Test func gradient() {
    let teacher = Sample.tensor("teacher", [2, 2, 3])
    expectGradientsMatch("classTokenContrast", [[2, 4, 3]]) {
      classTokenContrast(
        student: $0[0], teacher: teacher,
        isCertain: [[true, true, false, false], [true, true, true, false]],
        temperature: 0.5)
    }
  }

  @Test func withoutUncertainCropsAlmostNothingIsLeft() {
    let codes = Tensor.ones([1, 2, 2])
    let loss = classTokenContrast(
      student: codes, teacher: codes, isCertain: [[true, true]], temperature: 1)
    #expect(loss.scalar > 0 && loss.scalar < 2e-4)
  }

  /// One negative that scores like the positive: ln 2 for the pair, ln(1 + e) for the extra term.
  @Test func aNegativeLikeThePositiveCostsItsLogarithm() {
    let codes = Tensor([1, 0, 1, 0], shape: [1, 2, 2])
    let loss = classTokenContrast(
      student: codes, teacher: Tensor([1, 0], shape: [1, 1, 2]), isCertain: [[true, false]], temperature: 1)
    #expect(abs(Double(loss.scalar) - log(2) - log(1 + M_E)) < 1e-3)
  }

  @Test func longCodesStayFinite() throws {
    let student = (Tensor.ones([1, 2, 8]) * 100).tracked()
    let loss = classTokenContrast(
      student: student, teacher: Tensor.ones([1, 2, 8]) * 100, isCertain: [[true, false]], temperature: 0.5)
    #expect(loss.scalar.isFinite)
    #expect(try #require(loss.gradients()[student]).scalars.allSatisfy { $0.isFinite })
  }
}

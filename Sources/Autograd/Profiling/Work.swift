/// The multiply-adds that an operation is made of, whatever the kernel that does them.
///
/// Only products have any: everything else passes over memory once and is judged by that.
public struct Work: Sendable, Equatable {
  /// The multiply-adds of the value.
  public let forward: Int
  /// The multiply-adds of all gradients that are wanted.
  public let backward: Int
  /// What tells calls of one operation apart that other kernels work on, such as `depthwise`; may be empty.
  public let kind: String

  /// Work of these multiply-adds.
  public init(forward: Int, backward: Int, kind: String = "") {
    self.forward = forward
    self.backward = backward
    self.kind = kind
  }

  /// No multiply-adds.
  public static let none = Work(forward: 0, backward: 0)

  /// The work of two operations in one, of the first one's kind.
  static func + (first: Work, second: Work) -> Work {
    Work(
      forward: first.forward + second.forward, backward: first.backward + second.backward, kind: first.kind)
  }

  /// A product of `count` multiply-adds, whose gradient costs as much again for each tracked operand.
  static func product(_ count: Int, of operands: Tensor..., kind: String = "") -> Work {
    Work(forward: count, backward: count * operands.count(where: \.isTracked), kind: kind)
  }
}

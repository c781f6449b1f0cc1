public import Configuration

/// A way to choose which pixels of a training image get a label, and which stay open.
public protocol Labeling: Component, Validatable {}

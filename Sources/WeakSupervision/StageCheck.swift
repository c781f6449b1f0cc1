import Models

/// Says that a network has no feature map called `stage`, or `nil` if it has; the empty name is the last one.
func missingStage(_ stage: String, among stages: [BackboneStage]) -> String? {
  let names = stages.map(\.name)
  if stage.isEmpty || names.contains(stage) { return nil }
  return "stage is \(stage); the backbone has \(names.joined(separator: ", "))"
}

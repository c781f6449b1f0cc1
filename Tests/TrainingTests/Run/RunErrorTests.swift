import Testing

@testable import Training

@Suite struct RunErrorTests {
  @Test(arguments: [
    (
      RunError.cannotWrite(path: "a/1", reason: "No space left on device"),
      "a/1: cannot be written (No space left on device); check free space and permissions"
    ),
    (.nothingToResume(path: "a"), "a: holds no run to resume; start one without --resume"),
    (
      .notARun(path: "a"),
      "a: is not a run folder (it has no config.yaml); name a folder like Checkpoints/<config>/<n>"
    ),
    (
      .otherConfiguration(run: "a/1", stage: "seeds"),
      """
      a/1: stage seeds was started with other options; resume with the options in its config.yaml, \
      or start a new run with --from a/1
      """
    ),
    (
      .stageMissing(stage: "masks", needs: "refine", run: "a/1"),
      "a/1: stage masks needs the output of stage refine; run that stage first"
    ),
    (
      .noSegmenter(run: "a/1", stage: "segment"),
      "a/1: has no trained segmenter; go on with the run until its stage segment is done"
    ),
    (
      .endsOtherwise(run: "a/1", goals: ["seeds"]),
      "a/1: ends in seeds, not in a segmenter; name a run that trains one"
    ),
    (
      .damagedRecord(path: "a/1/seeds/stage.json", folder: "a/1/seeds"),
      "a/1/seeds/stage.json: is damaged; remove a/1/seeds to run the stage again"
    ),
    (
      .missingWeights(path: "a.safetensors"),
      """
      a.safetensors: there is no such file of pretrained weights; set model.weights or --weights to where it \
      is, or make it with Checkpoints/convert.py
      """
    ),
    (
      .unknownStage(name: "seed", known: ["classify", "seeds"]),
      "--stages: there is no stage \"seed\"; the stages are classify, seeds"
    ),
    (
      .notFinite(term: "classification", step: 3, images: ["x", "y"]),
      """
      step 3: classification is not finite for the images x, y; lower the learning rate or set clip_norm
      """
    ),
    (
      .checkpointOfAnotherModel(path: "a/last.safetensors", reason: "it names no step"),
      """
      a/last.safetensors: is a checkpoint of another model (it names no step); use the configuration it was \
      made with
      """
    ),
    (
      .interrupted(stage: "classify", step: 5, command: "swift run train --resume"),
      "interrupted in stage classify at step 5, all is saved; go on with: swift run train --resume"
    ),
    (
      .interrupted(stage: "seeds", step: nil, command: "c"),
      "interrupted in stage seeds, all is saved; go on with: c"
    ),
    (
      .noImages(path: "in", reason: "no such file or folder"),
      "in: no such file or folder; name image files or a folder that holds some"
    ),
    (
      .sameOutput(name: "x", first: "a/x.jpg", second: "b/x.png"),
      "a/x.jpg and b/x.png: both would be written to x.png; predict them into two folders"
    ),
  ])
  func saysWhereWhatAndWhatToDo(error: RunError, message: String) {
    #expect("\(error)" == message)
  }
}

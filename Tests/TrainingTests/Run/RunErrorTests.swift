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
      .otherConfiguration(run: "a/1", stage: "seeds", changes: "seed: 1 here, 0 in the run"),
      """
      a/1: stage seeds was started with other options (seed: 1 here, 0 in the run); resume with the options \
      in its config.yaml, or start a new run with --from a/1
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
      .damagedRecord("a/1/seeds/stage.json", "a/1/seeds"),
      "a/1/seeds/stage.json: is damaged; remove a/1/seeds to run the stage again"
    ),
    (
      .otherData(run: "a/1", stage: "seeds", changes: "a.jpg: changed since"),
      """
      a/1: stage seeds was started with other data (a.jpg: changed since); put the data back, or start a new \
      run with --from a/1
      """
    ),
    (
      .movedData(run: "a/1", stage: "seeds", option: "data.root", new: "b", old: "a"),
      """
      a/1: stage seeds was started with other options (data.root: b here, a in the run); use the \
      configuration of the run, or say --set data.root=b if that was moved
      """
    ),
    (
      .mixedData(run: "a/1", stage: "seeds"),
      "a/1: the data changed while stage seeds ran; remove a/1/seeds to run the stage again"
    ),
    (
      .dataChangedMeanwhile(run: "a/1", stage: "seeds", changes: "a.jpg: changed since"),
      """
      a/1: the data changed while stage seeds ran (a.jpg: changed since); leave them as they are, remove \
      a/1/seeds and resume, or start a new run
      """
    ),
    (
      .otherClasses(path: "a/1", changes: "in another order"),
      "a/1: was trained on other classes (in another order); use those classes, in their order"
    ),
    (
      .olderRun(run: "a/1"),
      "a/1: was made by an earlier version, which kept no checksums; start a new run"
    ),
    (.inUse(run: "a/1", process: 7), "a/1: is in use by process 7; wait until it ends"),
    (.inUse(run: "a/1", process: nil), "a/1: is in use by another process; wait until it ends"),
    (
      .linkInside(path: "a/1/seeds"),
      """
      a/1/seeds: is a link, a device or a file with a second name, which a run does not write to; \
      copy the run folder without links
      """
    ),
    (
      .damagedOutput(path: "a/1/seeds/x.png", folder: "a/1/seeds"),
      "a/1/seeds/x.png: is damaged (its checksum differs); remove a/1/seeds to run the stage again"
    ),
    (
      .missingOutput(path: "a/1/seeds/x.png", folder: "a/1/seeds"),
      "a/1/seeds/x.png: is missing or cannot be read; remove a/1/seeds to run the stage again"
    ),
    (
      .missingFile(path: "a/1/run.json"),
      "a/1/run.json: is missing, though the run wrote it; put it back, or start a new run"
    ),
    (
      .logChanged(path: "a/1/log.jsonl"),
      """
      a/1/log.jsonl: was replaced or cut by somebody else while the run went on, so that lines are lost; go \
      on with --resume, since nothing but the log depends on them
      """
    ),
    (
      .damagedFile(path: "a/1/config.yaml"),
      """
      a/1/config.yaml: is not as the run wrote it (its checksum differs); put it back, or start a new run
      """
    ),
    (.cannotRead(path: "a", reason: "b"), "a: cannot be read (b); check the path and its permissions"),
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
    (
      .badStart(stage: "classify", parameter: "backbone.conv1.weight", step: 0),
      """
      classify: backbone.conv1.weight is not finite after step 0, where the stage begins; \
      check the weights that it starts from
      """
    ),
    (
      .scoresNotFinite(image: "x"),
      """
      x: the network's scores are not finite, so its weights have grown too large or are damaged; \
      train it again with a lower learning rate
      """
    ),
    (
      .notEnoughMemory(
        image: "x.jpg", pixels: "12000 × 9000 pixels with 21 classes", needed: 9_100_000_000,
        available: 5_210_000_000, remedy: "scale the picture down"),
      """
      x.jpg: 12000 × 9000 pixels with 21 classes take at least 9.1 GB of memory, and 5.2 GB are free; \
      scale the picture down
      """
    ),
    (
      .outputGone(path: "a/1/seeds/x.safetensors"),
      """
      a/1/seeds/x.safetensors: is gone, though the run has made it; go on with --resume, and where that does \
      not help, remove the folders of its stage and of those behind it first
      """
    ),
    (
      .outputReplaced(path: "a/1/masks/x.png", newPath: "a/1/masks/x.png.changed"),
      """
      a/1/masks/x.png: was changed by somebody else while the stage ran, and is called \
      a/1/masks/x.png.changed now; go on with --resume
      """
    ),
    (
      .outputReplaced(path: "a/1/masks/x.png", newPath: nil),
      """
      a/1/masks/x.png: was changed by somebody else while the run went on; remove the folders of its stage \
      and of those behind it, and go on with --resume
      """
    ),
    (
      .ownFileChanged(path: "a/1/config.yaml", isGone: true),
      """
      a/1/config.yaml: is gone, though the run needs it as it was; put it back, then go on with --resume, or \
      start a new run
      """
    ),
    (
      .ownFileChanged(path: "a/1/config.yaml", isGone: false),
      """
      a/1/config.yaml: was changed, though the run needs it as it was; put it back, then go on with \
      --resume, or start a new run
      """
    ),
    (
      .nothingLabeled(masks: 12),
      """
      masks: all pixels of the 12 pseudo-masks are left open (255), so there is nothing to learn from; \
      loosen masks.labeling, or set segment.labels to seeds
      """
    ),
    (
      .otherFiles(path: "a/1/masks/x.png", isMissing: true, found: 2, wanted: 3),
      """
      a/1/masks/x.png: is missing, as 2 files lie there for 3 images; go on with --resume, and where that \
      does not help, remove the folders of its stage and of those behind it first
      """
    ),
    (
      .otherFiles(path: "a/1/masks/x.png", isMissing: false, found: 4, wanted: 3),
      """
      a/1/masks/x.png: is none of the stage's files, as 4 files lie there for 3 images; \
      remove it and go on with --resume
      """
    ),
    (
      .outputIsInput(path: "photos"),
      """
      photos: pictures to predict lie in there, where nothing is written; name another folder with --output
      """
    ),
    (
      .foreignOutput(path: "out/x.png"),
      """
      out/x.png: is there already and was not made by predict; name another folder with --output, or remove it
      """
    ),
    (
      .notPredicted(count: 2, of: 7),
      "2 of 7 pictures could not be predicted; mend or remove those that are named above"
    ),
  ])
  func saysWhereWhatAndWhatToDo(error: RunError, message: String) {
    #expect("\(error)" == message)
  }
}

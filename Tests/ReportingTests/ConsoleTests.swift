import Foundation
import Reporting
import Testing

@Suite struct ConsoleTests {
  /// What a console writes for `events`, each at its time.
  func output(_ abilities: Console.Abilities, _ events: [(Double, Event)]) -> String {
    var (time, text) = (0.0, "")
    let console = Console(abilities, now: { time }, write: { text += $0 })
    for (moment, event) in events {
      time = moment
      console.receive(event)
    }
    return text
  }

  func step(_ number: Int, _ loss: Float = 0.5) -> Event {
    .step(
      Step(
        "classify", number, losses: [.init("cls", loss)], learningRate: 6e-5, seconds: 0.3, dataSeconds: 0.01
      ))
  }

  let start = Event.stageStarted(StageStart("classify", steps: 100))

  @Test func plainLinesComeAtTheFirstStepEachTenthAndEachMinute() {
    let events: [(Double, Event)] =
      [(0, start)] + (1...12).map { (Double($0), step($0)) } + [(75, step(13)), (76, step(14))]
      + [(90, .stageFinished(stage: "classify", seconds: 90))]
    #expect(
      output(.init(isTerminal: false), events) == """
        [classify] 100 steps
        [classify] step 1/100  3.3 steps/s  cls 0.5000  lr 6.000e-05  data 3 %  ETA 30 s
        [classify] step 10/100  3.3 steps/s  cls 0.5000  lr 6.000e-05  data 3 %  ETA 27 s
        [classify] step 13/100  3.3 steps/s  cls 0.5000  lr 6.000e-05  data 3 %  ETA 26 s
        [classify] finished in 1:30

        """)
  }

  @Test func aTerminalHasOneLineAtTenHertz() {
    let events: [(Double, Event)] = [
      (0, start), (0.01, step(1)), (0.05, step(2)), (0.12, step(3)), (0.13, .note("hello")), (0.14, step(4)),
      (0.15, .stageFinished(stage: "classify", seconds: 0.15)),
    ]
    #expect(
      output(.init(isTerminal: true, columns: 40), events)
        == "[classify] 100 steps\n"
        + "\r[classify] step 1/100  3.3 steps/s  cls\u{1B}[K"
        + "\r[classify] step 3/100  3.3 steps/s  cls\u{1B}[K"
        + "\r\u{1B}[Khello\n"
        + "\r[classify] step 4/100  3.3 steps/s  cls\u{1B}[K"
        + "\r\u{1B}[K[classify] finished in 0.1 s\n")
  }

  @Test func lossesAreSmoothed() {
    let events: [(Double, Event)] = [(0, start), (1, step(9, 1)), (2, step(10, 0))]
    #expect(output(.init(isTerminal: false), events).contains("step 10/100  3.3 steps/s  cls 0.4872 "))
  }

  @Test func everyOtherEventIsOneLine() {
    let table = ClassTable("val", classes: ["a"], columns: [.init("IoU", [50], mean: 50)])
    let events: [Event] = [
      .stageSkipped(stage: "seeds", reason: "the maps in seeds/ are still valid"),
      .stageStarted(StageStart("masks", steps: 1, unit: "image")),
      .metric(Metric("pseudoMasks.mIoU", 41.237, split: "train", images: 1)),
      .picture(path: "grid.png", caption: "pseudo-masks"), .warning("3 masks are missing"),
      .classTable(table),
      .stageStarted(StageStart("segment", steps: 20, resumedAfter: 10)), .stageStarted(StageStart("census")),
    ]
    #expect(
      output(.init(isTerminal: false), events.map { (0, $0) }) == """
        [seeds] skipped: the maps in seeds/ are still valid
        [masks] 1 image
        [masks] pseudoMasks.mIoU 41.24 on train (1 image)
        [masks] pseudo-masks: grid.png
        warning: 3 masks are missing
        val
        class    IoU
        ────────────
        a      50.00
        ────────────
        mean   50.00
        [segment] 20 steps, going on after step 10
        [census] started

        """)
  }

  @Test func coloursAreOnlyForTerminalsThatWantThem() {
    let events: [(Double, Event)] = [(0, start), (0, .warning("w"))]
    #expect(
      output(.init(isTerminal: true, hasColor: true), events)
        == "\u{1B}[36m[classify]\u{1B}[0m 100 steps\n\u{1B}[33mwarning:\u{1B}[0m w\n")
    let none = Console.Abilities(descriptor: -1, environment: [:])
    #expect(none == Console.Abilities(isTerminal: false, hasColor: false, columns: 80))
  }

  @Test func namesCannotMoveTheCursor() {
    let name = "a\u{1b}]0;x\u{7}\nb\u{202e}"
    let events: [Event] = [
      .stageStarted(StageStart(name)), .stageSkipped(stage: name, reason: name), .note(name), .warning(name),
      .metric(Metric(name, 1, split: name, images: 1)), .picture(path: name, caption: name),
      .classTable(ClassTable(name, classes: [name], columns: [.init(name, [1], mean: 1)])),
      .step(Step(name, 1, losses: [.init(name, 1)], seconds: 1)), .stageFinished(stage: name, seconds: 1),
    ]
    for isTerminal in [true, false] {
      let text = output(.init(isTerminal: isTerminal, hasColor: false, columns: 1000), events.map { (0, $0) })
      let plain = text.replacingOccurrences(of: "\r", with: "").replacingOccurrences(of: "\u{1b}[K", with: "")
      #expect(!plain.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202e}" })
      #expect(plain.contains("warning: a\\u{1b}]0;x\\u{7}\\nb\\u{202e}\n"))
    }
  }
}

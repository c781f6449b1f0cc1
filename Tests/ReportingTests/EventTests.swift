import Reporting
import Testing

@Suite struct EventTests {
  @Test func columnsAreAlignedAndAbsentClassesExplained() {
    let table = ClassTable(
      "segmentation, val, 200 images", classes: ["background", "aeroplane", "bicycle"],
      columns: [
        ClassTable.Column("seeds", [100, 5.126, nil], mean: 52.563),
        ClassTable.Column("IoU", [88.1, 45, 0], mean: 44.366_667),
      ])
    #expect(
      table.lines().joined(separator: "\n") == """
        segmentation, val, 200 images
        class        seeds    IoU
        ─────────────────────────
        background  100.00  88.10
        aeroplane     5.13  45.00
        bicycle          —   0.00
        ─────────────────────────
        mean         52.56  44.37
        — occurs neither in the predictions nor in the truth; left out of the mean
        """)
  }

  @Test func noFootnoteWithoutAbsentClasses() {
    let table = ClassTable("t", classes: ["a"], columns: [ClassTable.Column("IoU", [1], mean: nil)])
    #expect(
      table.lines() == ["t", "class   IoU", "───────────", "a      1.00", "───────────", "mean      —"])
  }
}

import Configuration
import Testing

/// Families with typed members, families made of others, and choices within choices.
@Suite struct ChoiceTests {
  @Test func theComponentIsWhatTheMembersHaveInCommon() throws {
    var job = JobOptions<Methods>()
    #expect(job.method.component.steps == 100 && job.method.erased is Plain)
    job.method = Choice(Staged(steps: 7))
    #expect(job.method.component.steps == 7 && job.method.name == "staged")
    let read = try Files.load(JobOptions<Methods>.self, "method: {name: staged, steps: 9}")
    #expect(read.method.component.steps == 9)
  }

  @Test func aListedTypeThatIsNoMemberIsReported() throws {
    #expect(
      try Files.message(JobOptions<Mistaken>.self, "method: par")
        == "Configs/a.yaml:1: method: PAR is not Method, as the members of Mistaken must be")
  }

  @Test func aTypeThatIsNotListedIsAProgrammersMistake() async {
    await #expect(processExitsWith: .failure) { _ = Choice<Methods>(Own()) }
    await #expect(processExitsWith: .failure) { _ = Choice<Methods>(erased: PAR()) }
  }

  @Test func aFamilyMayAddToAnother() throws {
    let own = try Files.load(JobOptions<OwnMethods>.self, "method: {name: own, strength: 2}")
    #expect((own.method.component as? Own)?.strength == 2)
    #expect(own.method.component.steps == 1)
    #expect(
      try Files.message(JobOptions<Methods>.self, "method: own")
        == #"Configs/a.yaml:1: method: unknown name "own"; known names: plain, staged"#)
    #expect(
      try Files.message(JobOptions<OwnMethods>.self, "method: {name: own, strenght: 2}")
        == #"Configs/a.yaml:1: method.strenght: unknown key; did you mean "strength"?"#)
  }

  @Test func aGenericSectionIsPrintedAndReadBack() throws {
    var job = JobOptions<OwnMethods>()
    job.method = Choice(Staged())
    job.behind = [Choice(Own())]
    let text = ConfigurationLoader.yaml(of: job, documented: true)
    #expect(
      text == """
        method:                                 # what trains the network
          name: staged                          # one of: plain, staged, own
          steps: 100                            # how long
          parts: []                             # any of: plain, staged
          crf:
            sigma_xy: 3.0
        behind:                                 # any of: plain, staged, own
          - name: own                           # one of: plain, staged, own
            strength: 1.0                       # how much

        """)
    let read = try Files.load(JobOptions<OwnMethods>.self, text)
    #expect(ConfigurationLoader.yaml(of: read, documented: true) == text)
  }

  @Test func choicesAreCheckedWhereverTheyStand() throws {
    let text = """
      behind:
        - plain
        - name: staged
          parts:
            - {name: staged, parts: [{name: staged, parts: [plain, {name: plain, steps: 0}]}]}
      """
    #expect(
      try Files.message(JobOptions<Methods>.self, text)
        == "Configs/a.yaml:5: behind[1].parts[0].parts[0].parts[1].steps: is 0; use 1 or more")
    let plain = text.replacing("steps: 0", with: "step: 1")
    #expect(
      try Files.message(JobOptions<Methods>.self, plain)
        == "Configs/a.yaml:5: behind[1].parts[0].parts[0].parts[1].step: "
        + #"unknown key; did you mean "steps"?"#)
  }

  @Test func aSectionWithinAComponentIsCheckedUnderItsOwnName() throws {
    #expect(
      try Files.message(JobOptions<Methods>.self, "method: {name: staged, crf: {sigma_xy: 0}}")
        == "Configs/a.yaml:1: method.crf.sigma_xy: is 0.0; use a number above 0")
  }
}

private protocol Method: Component {
  var steps: Int { get }
}

private enum Methods: Family {
  typealias Member = any Method
  static let members: [any Component.Type] = [Plain.self, Staged.self]
}

private enum OwnMethods: Family {
  typealias Member = any Method
  static let members = Methods.members + [Own.self]
}

private enum Mistaken: Family {
  typealias Member = any Method
  static let members: [any Component.Type] = [Plain.self, PAR.self]
}

private struct Plain: Method, Validatable {
  static let name = "plain"
  var steps = 100

  func validate() throws(ConfigurationError) {
    if steps < 1 { throw .invalid("steps", "is \(steps); use 1 or more") }
  }
}

private struct Staged: Method {
  static let name = "staged"
  @Setting("how long") var steps = 100
  var parts: [Choice<Methods>] = []
  var crf = Smoothing()
}

private struct Own: Method {
  static let name = "own"
  @Setting("how much") var strength = 1.0
  var steps: Int { 1 }
}

private struct Smoothing: Section, Validatable {
  var sigmaXY = 3.0

  func validate() throws(ConfigurationError) {
    if sigmaXY <= 0 { throw .invalid("sigma_xy", "is \(sigmaXY); use a number above 0") }
  }
}

private struct JobOptions<Available: Family>: Section {
  @Setting("what trains the network") var method = Choice<Available>(erased: Available.members[0].init())
  var behind: [Choice<Available>] = []
}

import Autograd
import Imaging
import TestSupport
import Testing

@Suite struct SolarizeTests {
  @Test func bytesEqualPillow() throws {
    let golden = try Golden("views")
    let source = try golden["source"]
    let image = Image(width: source.shape[1], height: source.shape[0], pixels: source.bytes)
    #expect(image.solarized().pixels == (try golden["solarize"].bytes))
  }

  @Test func valuesBelowTheThresholdStay() {
    let image = Image(width: 1, height: 1, pixels: [127, 128, 255])
    #expect(image.solarized().pixels == [127, 127, 0])
  }
}

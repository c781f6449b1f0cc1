import Autograd
import Imaging
import Testing

@Suite struct TensorConversionTests {
  @Test func valuesFollowTheFormula() {
    let image = Image(width: 2, height: 1, pixels: [0, 128, 255, 10, 20, 30])
    let tensor = image.tensor()
    #expect(tensor.shape == [1, 2, 3])
    #expect(tensor.scalars[1] == (Float(128) / 255 - 0.456) / 0.224)
    #expect(tensor.scalars[5] == (Float(30) / 255 - 0.406) / 0.225)
  }

  @Test(arguments: [Normalization.imageNet, .unit])
  func pictureComesBack(_ normalization: Normalization) {
    let image = testPicture(37, 21)
    #expect(Image(image.tensor(normalization), normalization) == image)
  }

  @Test func valuesOutsideAreClamped() {
    let tensor = Tensor([-3, 0.5, 7], shape: [1, 1, 3])
    #expect(Image(tensor, .unit).pixels == [0, 128, 255])
    #expect(Image(Tensor([.nan, .infinity, -.infinity], shape: [1, 1, 3]), .unit).pixels == [0, 255, 0])
  }
}

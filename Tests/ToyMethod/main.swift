import Commands
import Configuration
import Seedling
import Training

// `train` with methods of its own: what a program outside the library writes.
Catalog.Methods.adding(ToyMethod.self, ToyClassifier.self) {
  Catalog.MethodsBehind.adding(ToySquare.self) { TrainCommand.runToExit() }
}

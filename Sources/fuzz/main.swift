import Commands
import Fuzzing

FuzzCommand.runToExit()

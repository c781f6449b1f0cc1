import Commands

PredictCommand.runToExit()

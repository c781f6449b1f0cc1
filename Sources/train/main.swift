import Commands

TrainCommand.runToExit()

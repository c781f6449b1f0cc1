import Commands

EvaluateCommand.runToExit()

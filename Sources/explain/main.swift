import Commands

ExplainCommand.runToExit()

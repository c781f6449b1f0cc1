import Benchmarks
import Commands

BenchmarkCommand.runToExit()

import Foundation
import Testing
import Training

@Suite struct InterruptFlagTests {
  @Test(arguments: [SIGINT, SIGTERM]) func theFirstSignalRaisesTheFlag(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(7)) { [signal] in
      InterruptFlag.install()
      if InterruptFlag.isRaised { exit(1) }
      kill(getpid(), signal)
      // The signal goes to another thread, so it may arrive a little later.
      for _ in 0..<500 where !InterruptFlag.isRaised { usleep(10_000) }
      exit(InterruptFlag.isRaised ? 7 : 2)
    }
  }

  @Test func theSecondSignalEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      InterruptFlag.install()
      kill(getpid(), SIGINT)
      for _ in 0..<500 where !InterruptFlag.isRaised { usleep(10_000) }
      kill(getpid(), SIGINT)
      usleep(5_000_000)
    }
  }
}

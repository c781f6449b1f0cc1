import Files
import Foundation
import Synchronization

/// Whether somebody asked the process to stop: with Ctrl-C, with the signal that batch systems send, by
/// closing its terminal, or by taking away what it writes to.
///
/// The first signal only raises the flag, so that the running step can end and be saved; the second one ends
/// the process at once, because the handler is gone after its first call.
public enum InterruptFlag {
  private static let raised = Atomic<Bool>(false)

  /// A stop was asked for.
  public static var isRaised: Bool {
    raised.load(ordering: .relaxed) || StandardStream.output.failure != nil
  }

  /// Begins to listen to SIGINT, SIGTERM and, unless the process was told to outlive its terminal, SIGHUP,
  /// with the flag lowered.
  public static func install() {
    raised.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in InterruptFlag.raised.store(true, ordering: .relaxed) }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
    // A program that starts us from a thread which holds signals back hands that mask on.
    var listened = sigset_t()
    sigemptyset(&listened)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      var former = sigaction()
      if signal == SIGHUP, sigaction(signal, nil, &former) == 0,
        unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) == 1
      {
        continue
      }
      sigaction(signal, &action, nil)
      sigaddset(&listened, signal)
    }
    pthread_sigmask(SIG_UNBLOCK, &listened, nil)
  }
}

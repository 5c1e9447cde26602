import EventLoop
import Glibc

/// Signals that mean nothing here, and whose default action would end the mining: a slip in `kill`, a timer or a terminal that a parent
/// process has left behind.
///
/// What is meant to end a process keeps its way: SIGQUIT, SIGABRT and the processor's faults leave a core, SIGXCPU is a limit that
/// somebody has set.
enum ProcessSignals {
    /// Those with a name, and the real-time ones.
    static let idle: [Int32] =
        [SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT] + Array(firstRealTime...lastRealTime)

    private static var firstRealTime: Int32 { __libc_current_sigrtmin() }
    private static var lastRealTime: Int32 { __libc_current_sigrtmax() }

    /// The name as `kill -l` prints it.
    static func name(_ number: Int32) -> String {
        switch number {
        case SIGUSR1: "SIGUSR1"
        case SIGUSR2: "SIGUSR2"
        case SIGALRM: "SIGALRM"
        case SIGVTALRM: "SIGVTALRM"
        case SIGPROF: "SIGPROF"
        case SIGIO: "SIGIO"
        case SIGPWR: "SIGPWR"
        case SIGSTKFLT: "SIGSTKFLT"
        default: number >= firstRealTime ? "SIGRTMIN+\(number - firstRealTime)" : "signal \(number)"
        }
    }

    /// Calls `tell` with the name of a signal the first time that it comes. One that the system keeps for itself (valgrind the last
    /// real-time one) is left to it: that is no reason not to mine.
    static func watch(
        _ loop: EventLoop, _ numbers: [Int32] = idle, tell: @escaping (String) -> Void
    ) -> [SignalWatcher] {
        numbers.compactMap { number in
            var isTold = false
            return try? SignalWatcher(loop, signal: number) { number in
                guard !isTold else { return }
                isTold = true
                tell(name(number))
            }
        }
    }
}

import EventLoop
import Glibc
import Testing

@testable import StratumProxy

@Suite("Signals that mean nothing")
struct ProcessSignalsTests {
    @Test("One that the system keeps for itself hinders neither the others nor the start")
    func unwatchable() throws {
        try LoopTest.run { test in
            var told: [String] = []
            let watchers = ProcessSignals.watch(test.loop, [SIGKILL, SIGUSR1, SIGSTOP]) { told.append($0) }
            #expect(watchers.count == 1)
            kill(getpid(), SIGUSR1)
            try test.run { !told.isEmpty }
            #expect(told == ["SIGUSR1"])
            watchers.forEach { $0.close() }
        }
    }
}

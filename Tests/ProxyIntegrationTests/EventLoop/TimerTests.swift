import EventLoop
import Glibc
import ProxyTerms
import Testing

@Suite("Timers, signals and pollers")
struct TimerTests {
    @Test("Timers come in the order of their deadlines")
    func order() throws {
        try LoopTest.run { test in
            var heard: [Int] = []
            let delays: [Int64] = [30, 10, 20, -5]
            let timers = try delays.indices.map { index in try LoopTimer(test.loop) { heard.append(index) } }
            let now = test.loop.now
            for (timer, delay) in zip(timers, delays) { timer.arm(at: now.adding(milliseconds: delay)) }
            try test.run { heard.count == delays.count }
            #expect(heard == [3, 1, 2, 0])
            #expect(test.loop.now >= now.adding(milliseconds: 30))
            #expect(!timers.contains { $0.isArmed })
        }
    }

    @Test("A timer has one deadline, the last one armed")
    func rearm() throws {
        try LoopTest.run { test in
            var count = 0
            let timer = try LoopTimer(test.loop) { count += 1 }
            timer.arm(at: test.loop.now.adding(milliseconds: 1))
            timer.arm(at: test.loop.now.adding(milliseconds: 5))
            try test.runBriefly()
            #expect(count == 1)
            timer.arm(at: test.loop.now.adding(milliseconds: 1))
            timer.cancel()
            timer.arm(at: test.loop.now.adding(milliseconds: 1))
            timer.arm(at: .never)
            try test.runBriefly()
            #expect(count == 1)
            #expect(!timer.isArmed)
        }
    }

    @Test("A timer that always arms itself for the past leaves the sockets their turn")
    func overdue() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            var timer: LoopTimer?
            timer = try LoopTimer(test.loop) { timer?.arm(at: .start) }
            timer?.arm(at: .start)
            let peer = try RawSocket(port: listener.address.port)
            peer.send([1])
            try test.run { test.received[1000] == [1] }
            timer = nil
        }
    }

    // Fault D11.
    @Test(
        "After the loop stood still, what lies in the sockets is read before a deadline is judged",
        arguments: [1, 8])
    func stoodStill(rounds: Int) throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let peers = try (0..<rounds).map { _ in try RawSocket(port: listener.address.port) }
            try test.run { test.accepted.count == rounds }
            var heardBefore: Int?
            let timer = try LoopTimer(test.loop) { heardBefore = test.received.count }
            test.loop.updateNow()
            timer.arm(at: test.loop.now.adding(milliseconds: 10))
            test.loop.later {
                for peer in peers { peer.send([1]) }
                usleep(50_000)
            }
            try test.run { heardBefore != nil }
            #expect(heardBefore == rounds)
        }
    }

    @Test("A deadline that is moved or forgotten while the sockets are read is not judged", arguments: [true, false])
    func movedMeanwhile(isMoved: Bool) throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let peer = try RawSocket(port: listener.address.port)
            try test.run { test.accepted.count == 1 }
            var calls = 0
            let timer = try LoopTimer(test.loop) { calls += 1 }
            test.onReceived = { _, _ in
                if isMoved { timer.arm(at: test.loop.now.adding(seconds: 3600)) } else { timer.cancel() }
            }
            test.loop.updateNow()
            timer.arm(at: test.loop.now.adding(milliseconds: 10))
            test.loop.later {
                peer.send([1])
                usleep(50_000)
            }
            try test.run { test.received[1000] == [1] }
            try test.runBriefly()
            #expect(calls == 0)
            #expect(timer.isArmed == isMoved)
        }
    }

    @Test("A released timer never fires, and may release itself")
    func release() throws {
        try LoopTest.run { test in
            var count = 0
            var timer: LoopTimer? = try LoopTimer(test.loop) { count += 1 }
            timer?.arm(at: test.loop.now)
            timer = nil
            var other: LoopTimer?
            other = try LoopTimer(test.loop) {
                count += 10
                other = nil
            }
            other?.arm(at: test.loop.now)
            try test.runBriefly()
            #expect(count == 10)
            #expect(other == nil)
        }
    }

    @Test("The hook runs after the events of an iteration and before the loop waits")
    func hook() throws {
        try LoopTest.run { test in
            var log: [String] = []
            test.loop.later { log.append("event") }
            test.loop.afterEvents = {
                log.append("hook")
                test.loop.stop()
            }
            test.loop.run()
            test.loop.afterEvents = {}
            #expect(log.prefix(2) == ["event", "hook"])
        }
    }

    @Test("A later action comes later")
    func later() throws {
        try LoopTest.run { test in
            var log: [Int] = []
            test.loop.later {
                test.loop.later { log.append(3) }
                log.append(1)
            }
            test.loop.later { log.append(2) }
            #expect(log.isEmpty)
            try test.run { log.count == 3 }
            #expect(log == [1, 2, 3])
        }
    }

    @Test("A signal is an event of the loop")
    func signal() throws {
        try LoopTest.run { test in
            var heard: [Int32] = []
            let watcher = try SignalWatcher(test.loop, signal: SIGUSR2) { heard.append($0) }
            kill(getpid(), SIGUSR2)
            #expect(heard.isEmpty)
            try test.run { !heard.isEmpty }
            #expect(heard == [SIGUSR2])
            watcher.close()
        }
    }

    @Test("A signal that can't be watched is an error")
    func badSignal() throws {
        try LoopTest.run { test in
            #expect(throws: LoopError.self) { _ = try SignalWatcher(test.loop, signal: SIGKILL) { _ in } }
        }
    }

    @Test("A poller tells what a foreign descriptor is ready for")
    func poller() throws {
        try LoopTest.run { test in
            var ends: [Int32] = [0, 0]
            try #require(socketpair(AF_UNIX, SocketKind.stream, 0, &ends) == 0)
            defer { ends.forEach { close($0) } }
            var heard: [Poller.Readiness] = []
            let poller = try Poller(test.loop, descriptor: ends[0]) { heard.append($0) }
            poller.watch(.writable)
            try test.run { !heard.isEmpty }
            #expect(heard.first == .writable)
            poller.watch(.readable)
            heard = []
            try test.runBriefly()
            #expect(heard.isEmpty)
            write(ends[1], "x", 1)
            try test.run { !heard.isEmpty }
            #expect(heard.first == .readable)
            poller.watch([])
            heard = []
            try test.runBriefly()
            #expect(heard.isEmpty)
            poller.close()
        }
    }
}

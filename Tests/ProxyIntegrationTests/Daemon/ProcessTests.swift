import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// The daemon as a process: signals, its standard output, its descriptors
    /// (docs/invariants.md#faults-of-the-system).
    @Suite("The daemon as a process")
    struct ProcessFaults {
        // Fault S01.
        @Test("An orderly stop takes no new rigs, waits for the verdict in flight and hands it to the rig")
        func orderlyStop() throws {
            let stage = try Stage(Stage.Options())
            let lane = try stage.p2pool.acceptLogin()
            let rig = try stage.rig()
            let id = rig.submit(try rig.job())
            let share = try lane.share()
            stage.program.signal(SIGTERM)
            try stage.program.waitForLine(with: "stopping: waiting for 1 verdict")
            #expect(throws: BuiltProgram.Fault.self) { try stage.connect() }
            lane.accept(share)
            #expect(try rig.reply(to: id).status == "OK")
            let outcome = try stage.program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            #expect(outcome.output.contains("accepted 1 rejected 0 stale 0"))
        }

        @Test(
            "An orderly stop waits five seconds for verdicts and no longer; the shares count as pending or lost")
        func stopWithoutVerdict() throws {
            let stage = try Stage(Stage.Options())
            let lane = try stage.p2pool.acceptLogin()
            let rig = try stage.rig()
            rig.submit(try rig.job())
            _ = try lane.share()
            let start = monotonicSeconds()
            stage.program.signal(SIGTERM)
            let outcome = try stage.program.end()
            #expect((4...20).contains(monotonicSeconds() - start))
            #expect(outcome.status == 0 && outcome.output.contains("stopped after"))
        }

        // Fault S02.
        @Test("A second signal ends it at once, whatever is in flight", arguments: [SIGTERM, SIGINT])
        func secondSignal(_ signal: Int32) throws {
            let stage = try Stage(Stage.Options())
            let lane = try stage.p2pool.acceptLogin()
            let rig = try stage.rig()
            rig.submit(try rig.job())
            _ = try lane.share()
            stage.program.signal(signal)
            try stage.program.waitForLine(with: "stopping")
            let start = monotonicSeconds()
            stage.program.signal(SIGINT)
            #expect(try stage.program.end().status == 130)
            // An orderly stop would take five.
            #expect(monotonicSeconds() - start < 4.5)
        }

        // Fault O08.
        @Test("Signals that mean nothing here end nothing, and are told once")
        func idleSignals() throws {
            var options = Stage.Options()
            options.wrapper = ["/usr/bin/env", "--default-signal"]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let idle = [SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, 40]
                for nonce in ["000001", "000002"] {
                    for number in idle { stage.program.signal(number) }
                    try stage.roundTrip(rig, job, lane, nonce: nonce)
                }
                for name in ["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGIO", "SIGPWR", "SIGSTKFLT"] {
                    try stage.program.waitForLine(with: "\(name) does nothing here")
                }
                try stage.program.waitForLine(with: "SIGRTMIN+6 does nothing here")
                stage.program.signal(SIGTERM)
                let outcome = try stage.program.end()
                #expect(outcome.lines.filter { $0.contains("does nothing here") }.count == idle.count)
            }
        }

        @Test("SIGHUP and SIGPIPE end nothing: rigs stay connected")
        func harmlessSignals() throws {
            var options = Stage.Options()
            options.wrapper = ["/usr/bin/env", "--default-signal"]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                stage.program.signal(SIGHUP)
                stage.program.signal(SIGPIPE)
                try stage.program.waitForLine(with: "SIGHUP:", "has no changes")
                try stage.roundTrip(rig, job, lane)
            }
        }

        // Fault S07.
        @Test("A reader of the log that is gone does not matter")
        func closedOutput() throws {
            var options = Stage.Options()
            options.wrapper = ["/usr/bin/env", "--default-signal"]
            let stage = try Stage(options)
            let lane = try stage.p2pool.acceptLogin()
            try stage.program.closeOutput()
            let rig = try stage.rig()
            let job = try rig.job()
            for nonce in ["000001", "000002", "000003"] { try stage.roundTrip(rig, job, lane, nonce: nonce) }
            stage.program.signal(SIGTERM)
            #expect(try stage.program.endUnread().status == 0)
        }

        // Fault S07.
        @Test("A reader of the log that has stopped to read does not stop the mining")
        func blockedOutput() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                // Some 200 bytes of log each: the pipe, which nobody empties meanwhile, holds 64 kB.
                for number in 1...600 {
                    let passer = try stage.rig()
                    _ = try passer.job()
                    // The slot of a rig that is gone rests until the next job (docs/invariants.md#rule-6).
                    if number.isMultiple(of: 100) { lane.sendJob() }
                }
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane)
            }
        }

        // Fault R27, S12.
        @Test("A thousand rigs come and go, plain and TLS, in every way; no descriptor is left behind")
        func churn() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rig = try stage.rig()
                _ = try rig.job()
                let before = try stage.program.openDescriptors
                for number in 1...1000 {
                    let rig = try stage.connect(isTLS: number.isMultiple(of: 10))
                    switch number % 5 {
                    case 0: break
                    case 1: rig.socket.reset()
                    case 2:
                        rig.socket.sendBytes(Array("{\"id\":1,\"meth".utf8))
                    case 3:
                        rig.logIn()
                        _ = try rig.job()
                    default:
                        rig.logIn()
                        rig.submit(try rig.job(), result: String(repeating: "f", count: 64))
                        rig.socket.reset()
                    }
                    if number.isMultiple(of: 200) {
                        lane.sendJob()
                        xvb.sendJob()
                    }
                }
                #expect(try eventually { try stage.program.openDescriptors <= before })
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane)
            }
        }

        // Fault S08.
        @Test("With 64 MiB of memory, one processor and stops of 200 ms every share has its answer")
        func starved() throws {
            var options = Stage.Options()
            // RLIMIT_DATA counts what is written to privately; a watchdog or a deadline must not mind the stops.
            options.wrapper = ["/bin/sh", "-c", "ulimit -d 65536; exec taskset -c 0 \"$@\"", "sh"]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                for nonce in 1...10 {
                    stage.program.signal(SIGSTOP)
                    usleep(200_000)
                    stage.program.signal(SIGCONT)
                    try stage.roundTrip(rig, job, lane, nonce: "00000\(String(nonce, radix: 16))")
                }
                #expect(try stage.program.residentBytes < 64 << 20)
            }
        }

        // Fault R26.
        @Test("With 256 descriptors and 400 idle connections rigs still log in, and pools are still reached")
        func fewDescriptors() throws {
            var options = Stage.Options()
            options.wrapper = ["/bin/sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"]
            try Stage.run(options) { stage in
                var lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
                var idle = try (0..<400).map { _ in try stage.connect() }
                // The pool is lost while rigs take all there is; it can still be reached again.
                lane.socket.shutDown()
                lane = try stage.p2pool.acceptLogin()
                try stage.roundTrip(rig, try rig.job(), lane)
                // A rig that comes now gets in before the idle ones have to leave (after ten seconds).
                let start = monotonicSeconds()
                let late = try eventually(within: 8) {
                    guard let rig = try? stage.rig(), let job = try? rig.job() else { return false }
                    try stage.roundTrip(rig, job, lane)
                    return true
                }
                #expect(late, "no rig got in within \(monotonicSeconds() - start) s")
                #expect(idle.count == 400)
                idle = []
                let last = try stage.rig()
                try stage.roundTrip(last, try last.job(), lane)
                // The log tells of it in some lines, not in hundreds.
                stage.program.signal(SIGTERM)
                let lines = try stage.program.end().lines.filter {
                    $0.contains("descriptors") || $0.contains("rig places are taken")
                }
                #expect((1...20).contains(lines.count))
            }
        }
    }
}

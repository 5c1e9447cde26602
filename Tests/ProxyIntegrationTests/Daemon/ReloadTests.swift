import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// SIGHUP: the configuration is read again (docs/invariants.md#faults-of-the-system).
    @Suite("The daemon and a configuration that changes")
    struct Reload {
        /// Writes the configuration anew and tells the proxy.
        private func rewrite(_ stage: Stage, _ change: (String) -> String) throws {
            let text = try String(contentsOf: stage.configuration, encoding: .utf8)
            try change(text).write(to: stage.configuration, atomically: true, encoding: .utf8)
            stage.program.signal(SIGHUP)
        }

        // Fault S09.
        @Test("A good file counts at once: the rig gets XvB's job on the connection that it has, and comes back")
        func good() throws {
            var options = Stage.Options()
            options.hasAPI = true
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                try stage.showHashrate(rig, job, lane)
                try stage.program.waitForLine(with: "all p2pool: manual")
                try rewrite(stage) { $0.replacing("\"manual-xvb-seconds\": 0", with: "\"manual-xvb-seconds\": 3600") }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: manual-xvb-seconds")
                try stage.program.waitForLine(with: "now mining on XvB")
                try stage.roundTrip(rig, try rig.job(of: xvb.sendJob()), xvb)
                // A late share still goes to its issuer.
                try stage.roundTrip(rig, job, lane, nonce: "00aa00")

                try rewrite(stage) { $0.replacing("\"mode\": \"manual\"", with: "\"mode\": \"p2pool\"") }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: mode")
                try stage.program.waitForLine(with: "now mining on p2pool")
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane)
            }
        }

        // Fault S09.
        @Test(
            "A file that is bad, half-written, empty or gone changes nothing, is told with its line, and a good one counts later"
        )
        func bad() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let good = try String(contentsOf: stage.configuration, encoding: .utf8)
                let wrong = good.replacing("\"mode\": \"manual\"", with: "\"mode\": \"p2pool\", \"print-time\": -1")
                try rewrite(stage) { _ in wrong }
                try stage.program.waitForLine(with: "config.json:2:", "print-time: -1 is not a whole number")
                try stage.program.waitForLine(with: "has errors; the old configuration stays")
                for (index, text) in [String(good.prefix(good.count / 2)), ""].enumerated() {
                    try rewrite(stage) { _ in text }
                    try stage.program.waitForLine(with: "has errors; the old configuration stays")
                    try stage.roundTrip(rig, job, lane, nonce: "00000\(index)")
                }
                try FileManager.default.removeItem(at: stage.configuration)
                stage.program.signal(SIGHUP)
                try stage.program.waitForLine(with: "No such file or directory")
                try stage.program.waitForLine(with: "has errors; the old configuration stays")
                try good.write(to: stage.configuration, atomically: true, encoding: .utf8)
                stage.program.signal(SIGHUP)
                try stage.program.waitForLine(with: "has no changes")
                try stage.roundTrip(rig, job, lane, nonce: "0000aa")
            }
        }

        // Fault S09.
        @Test("What only a restart changes is named, and the rest counts: the log's level, the time of status blocks")
        func restart() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                try rewrite(stage) {
                    $0.replacing("\"window\": 3600", with: "\"window\": 1800, \"print-time\": 1")
                        .replacing("\"wallet\"", with: "\"rigs-per-lane\": 7, \"wallet\"")
                }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: print-time")
                try stage.program.waitForLine(with: "SIGHUP: restart to apply window ", ", rigs-per-lane")
                try stage.program.waitForLine(with: "rigs online")
                try stage.roundTrip(rig, job, lane)
                let second = try stage.rig()
                _ = try second.job()

                try rewrite(stage) {
                    $0.replacing("\"log-level\": \"debug\"", with: "\"log-level\": \"error\"")
                }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: log-level")
                stage.program.signal(SIGHUP)
                try stage.roundTrip(rig, job, lane, nonce: "000001")
                #expect(!stage.program.hasSaid("has no changes"))
            }
        }

        // Fault R28.
        @Test("At the level of every day a storm of logins is told in some lines, and how many were left out")
        func loginStorm() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                try rewrite(stage) { $0.replacing("\"log-level\": \"debug\"", with: "\"log-level\": \"info\"") }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: log-level")
                for number in 1...200 {
                    let rig = try stage.rig(user: "storm")
                    _ = try rig.job()
                    rig.socket.reset()
                    // The slot of a rig that is gone rests until the next job (docs/invariants.md#rule-6).
                    if number.isMultiple(of: 100) { lane.sendJob() }
                }
                // One line a second goes on.
                var isTold = false
                for _ in 0..<100 where !isTold {
                    usleep(50_000)
                    _ = try stage.rig(user: "storm").job()
                    isTold = stage.program.hasSaid("suppressed)")
                }
                #expect(isTold)
                let lines = stage.program.lines.filter { $0.contains("rig storm") }
                #expect((200..<300).contains(lines.count))
            }
        }
    }
}

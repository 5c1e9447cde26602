import Foundation
import Testing

extension DaemonTests {
    /// Rigs and strangers that send too much, take too much, or read nothing (docs/security.md): others don't notice.
    @Suite("The daemon and floods")
    struct RigFloods {
        // Fault R07.
        @Test("Some hundred small requests at once are answered one for one")
        func pipelined() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let request = "{\"id\":7,\"method\":\"keepalived\",\"params\":{\"id\":\"\"}}\n"
                rig.socket.sendBytes(Array(String(repeating: request, count: 500).utf8))
                for _ in 0..<500 { #expect(try rig.socket.line()?.contains("KEEPALIVED") == true) }
                try stage.roundTrip(rig, job, lane)
            }
        }

        @Test(
            "A rig that sends nothing but requests is answered 599 times and cut off; others mine on",
            arguments: [
                "{\"id\":7,\"method\":\"keepalived\",\"params\":{\"id\":\"\"}}\n", "{\"id\":7,\"method\":\"getjob\"}\n",
                "\n",
            ])
        func flood(request: String) throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let good = try stage.rig(user: "good+100")
                let job = try good.job()
                let flooder = try stage.rig(user: "flooder+100")
                _ = try flooder.job()
                var rest = Array(String(repeating: request, count: (1 << 20) / request.utf8.count).utf8)[...]
                var answers = 0
                var isOpen = true
                let begun = ContinuousClock.now
                while isOpen {
                    rest = rest.dropFirst(flooder.socket.sendWhatFits(rest) ?? rest.count)
                    while isOpen, flooder.socket.isReadable(within: rest.isEmpty ? 10 : 0) {
                        if try flooder.socket.line() == nil { isOpen = false } else { answers += 1 }
                    }
                }
                // Ten a second come beside the first, where the machine takes its time.
                let most = 599 + 10 * Int((ContinuousClock.now - begun).components.seconds + 1)
                #expect(request == "\n" ? answers == 0 : (599...most).contains(answers))
                try stage.roundTrip(good, job, lane)
                try stage.program.waitForLine(with: "rig flooder", "is cut off for", "far too many shares or requests")
                let again = try stage.connect()
                again.logIn(user: "flooder+100")
                #expect(try again.reply(to: 1).error?.contains("Cut off") == true)
            }
        }

        // Fault R27.
        @Test("Half handshakes by the hundred take no memory each, and keep no rig from its own handshake")
        func halfHandshakes() throws {
            var options = Stage.Options()
            options.limits = "{\"rigs-per-address\": 2000}"
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let first = try stage.rig(isTLS: true)
                try stage.roundTrip(first, try first.job(), lane)
                let before = try stage.program.residentBytes
                let hello = try TLSPipe.clientHello()
                let silent = try (0..<1000).map { _ in
                    let socket = try LineSocket(port: stage.port)
                    socket.sendBytes(hello)
                    return socket
                }
                let rig = try stage.rig(isTLS: true)
                try stage.roundTrip(rig, try rig.job(), lane, nonce: "000002")
                // 256 of 41 kB, and a connection's own block.
                #expect(try stage.program.residentBytes - before < 20_000_000)
                withExtendedLifetime(silent) {}
            }
        }

        // Fault R27.
        @Test("An address has so many connections; the log's line names the key; another address has its own")
        func addressLimit() throws {
            var options = Stage.Options()
            options.limits = "{\"rigs-per-address\": 2}"
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rigs = try (0..<2).map { try stage.rig(user: "rig\($0)+100") }
                let job = try rigs[0].job()
                _ = try rigs[1].job()
                var third: ScriptedRig?
                do { third = try stage.rig() } catch {}
                #expect(throws: (any Error).self) { _ = try third?.job() ?? { throw CancellationError() }() }
                try stage.program.waitForLine(with: "refused 1 connection from 127.0.0.1", "limits.")
                try stage.roundTrip(rigs[0], job, lane)
            }
        }

        // Fault R24.
        @Test("A rig that never reads is closed when too much waits for it; memory stays flat, others mine on")
        func neverReads() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let good = try stage.rig()
                _ = try good.job()
                let deaf = ScriptedRig(try LineSocket(port: stage.port, receiveBuffer: 4096))
                deaf.logIn(user: "deaf")
                try stage.program.waitForLine(with: "rig deaf logged in")
                let before = try stage.program.residentBytes
                // Jobs near the longest that there may be; the good rig sets the pace.
                let padding = "\"\(String(repeating: "p", count: 3500))\""
                var isClosed = false
                for count in 1...4000 where !isClosed {
                    _ = try good.job(of: lane.sendJob(stage.p2pool.job { $0["padding"] = padding }))
                    if count.isMultiple(of: 100) { isClosed = stage.program.hasSaid("the peer does not read") }
                }
                #expect(isClosed)
                #expect(try stage.program.residentBytes - before < 4_000_000)
                try stage.roundTrip(good, try good.job(of: lane.sendJob()), lane)
            }
        }
    }
}

import Foundation
import Glibc
import ProxyTerms
import Testing

@testable import Store

extension DaemonTests {
    /// The real program, killed again and again while pools and rigs keep an account of their own (docs/store.md#what-can-be-lost).
    @Suite("A proxy that is killed at random moments")
    struct KilledProxyTests {
        /// Set by `scripts/kills`, for a long run.
        private static let environment = ProcessInfo.processInfo.environment
        private static let kills = environment["PROXY_KILLS"].flatMap(Int.init) ?? 4
        private static let seed =
            environment["PROXY_KILLS_SEED"].flatMap(UInt64.init) ?? UInt64(Date().timeIntervalSince1970)

        // Fault S01.
        @Test(
            "It has lost nothing older than five seconds, and has nothing twice: pools, rigs and log say what there was"
        )
        func kills() throws {
            var random = SeededGenerator(seed: Self.seed)
            let place = try TemporaryDirectory()
            let pools = PerUpstream(p2pool: try BusyPool(), xvb: try BusyPool())
            let (reservation, port) = try Loopback.reserve()
            let rigs = (0..<8).map { BusyRig("rig\($0)", port: port) }
            defer {
                for rig in rigs { rig.stop() }
                for upstream in Upstream.allCases { pools[upstream].stop() }
                close(reservation)
            }
            let state = place.url.appendingPathComponent("state")
            var books = KillBooks()
            for number in 0..<Self.kills {
                let hasOutage = number % 8 == 2
                let start = unixMilliseconds()
                let stage = try Self.stage(pools, port: port, state: state)
                if hasOutage {
                    // Longer than a reconnect takes: an outage is one from ten seconds on.
                    usleep(1_000_000)
                    let upstream = Upstream.allCases[number / 8 % 2]
                    pools[upstream].set(isDown: true)
                    books.outages.append((unixMilliseconds(), upstream))
                    usleep(12_000_000)
                    pools[upstream].set(isDown: false)
                }
                usleep(useconds_t((0.05 + 11 * random.unit()) * 1e6))
                stage.program.signal(SIGKILL)
                let kill = unixMilliseconds()
                let outcome = try stage.program.end()
                #expect(outcome.wasSignalled, "\(outcome.lines.suffix(5))")
                books.runs.append(KillBooks.Run(start: start, kill: kill, lines: outcome.lines))
                #expect(try Self.integrity(of: state, in: place, number) == "ok", "kill \(number)")
                // At once, or later: a second may be two runs' or none's.
                if random.unit() < 0.5 { usleep(useconds_t(3e6 * random.unit())) }
            }
            let taken = PerUpstream(p2pool: pools.p2pool.taken, xvb: pools.xvb.taken)
            let faults = try books.faults(StoreFileReader(state), taken, rigs)
            let told = "\(Self.kills) kills, seed \(Self.seed): \(books.told)"
            if Self.environment["PROXY_KILLS"] != nil { print(told) }
            #expect(faults.isEmpty, "\(told)\n\(faults.prefix(20).joined(separator: "\n"))")
            #expect(rigs.allSatisfy { $0.refusals.count * 50 < $0.sent }, "\(rigs.map(\.refusals))")
        }

        private static func stage(_ pools: PerUpstream<BusyPool>, port: UInt16, state: URL) throws -> Stage {
            var options = Stage.Options()
            (options.bind, options.state) = (["127.0.0.1:\(port)"], state)
            (options.window, options.xvbSeconds, options.hasAPI, options.level) = (20, 7, true, "info")
            options.p2poolJSON = "{ \"url\": \"127.0.0.1:\(pools.p2pool.port)\" }"
            options.xvbJSON = "{ \"url\": \"127.0.0.1:\(pools.xvb.port)\", \"tls\": false }"
            return try Stage(options)
        }

        /// What SQLite says of a copy: the killed proxy's files are left as they are for the next one.
        private static func integrity(of state: URL, in place: TemporaryDirectory, _ number: Int) throws -> String? {
            let copy = place.url.appendingPathComponent("copy")
            try? FileManager.default.removeItem(at: copy)
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
            for name in ["store.db", "store.db-wal"] {
                try FileManager.default.copyItem(
                    at: state.appendingPathComponent(name), to: copy.appendingPathComponent(name))
            }
            let connection = try Connection(copy.appendingPathComponent("store.db").path, isReadOnly: false)
            return try connection.first("PRAGMA integrity_check")?.text
        }
    }
}

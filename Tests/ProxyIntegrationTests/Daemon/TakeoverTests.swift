import Foundation
import Glibc
import Synchronization
import Testing

extension DaemonTests {
    /// A proxy that follows another one on the same ports (docs/architecture.md#takeover).
    @Suite("A takeover")
    struct TakeoverTests {
        /// Connects again and again on a thread of its own, and counts what the kernel refuses.
        private final class Knocker: Sendable {
            private let state = Mutex((refused: 0, accepted: 0, isOver: false))

            init(_ port: UInt16) {
                Thread.detachNewThread { [self] in
                    while !state.withLock({ $0.isOver }) {
                        let isIn = Self.connects(to: port)
                        state.withLock { if isIn { $0.accepted += 1 } else { $0.refused += 1 } }
                        usleep(2_000)
                    }
                }
            }

            private static func connects(to port: UInt16) -> Bool {
                let descriptor = socket(AF_INET, SocketKind.stream, 0)
                defer { close(descriptor) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                return withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
            }

            /// Ends; what came of it.
            func end() -> (refused: Int, accepted: Int) {
                state.withLock {
                    $0.isOver = true
                    return ($0.refused, $0.accepted)
                }
            }
        }

        @Test(
            "Three in a row refuse no connection; the verdict in flight is delivered, rigs mine on and the history goes on"
        )
        func threeInARow() throws {
            let (reservation, port) = try Loopback.reserve()
            defer { close(reservation) }
            var options = Stage.Options()
            options.bind = ["127.0.0.1:\(port)"]
            let stage = try Stage(options)
            let knocker = Knocker(port)
            var lane = try stage.p2pool.acceptLogin()
            var program = stage.program
            for _ in 0..<3 {
                let rig = try stage.rig()
                let id = rig.submit(try rig.job())
                let share = try lane.share()
                let next = try RunningProgram(["run", "--takeover", "-c", stage.configuration.path])
                try program.waitForLine(with: "another instance takes over")
                try program.waitForLine(with: "stopping: waiting for 1 verdict")
                lane.accept(share)
                #expect(try rig.reply(to: id).status == "OK")
                let start = monotonicSeconds()
                let outcome = try program.end()
                #expect(outcome.status == 0 && !outcome.wasSignalled)
                try next.waitForLine(with: "took over 127.0.0.1:\(port)", "; the proxy before has stopped")
                try next.waitForLine(with: "history: restored the accepted work")
                lane = try stage.p2pool.acceptLogin()
                let back = try stage.rig()
                _ = try back.job()
                #expect(monotonicSeconds() - start < 5)
                program = next
            }
            let (refused, accepted) = knocker.end()
            #expect(refused == 0 && accepted > 50, "\(accepted) accepted")
            program.signal(SIGTERM)
            #expect(try program.end().status == 0)
        }

        @Test("The page goes over with the ports, and nobody who asks for it is refused")
        func page() throws {
            let (reservation, port) = try Loopback.reserve()
            let (other, pagePort) = try Loopback.reserve()
            defer { [reservation, other].forEach { close($0) } }
            var options = Stage.Options()
            options.bind = ["127.0.0.1:\(port)"]
            options.more = "\"http\": \"127.0.0.1:\(pagePort)\","
            let stage = try Stage(options)
            let knocker = Knocker(pagePort)
            let next = try RunningProgram(["run", "--takeover", "-c", stage.configuration.path])
            try next.waitForLine(with: "took over ", "127.0.0.1:\(pagePort)")
            try next.waitForLine(with: "the page is at http://127.0.0.1:\(pagePort)/")
            #expect(try stage.program.end().status == 0)
            // The one before has ended, and with it its share of the socket.
            usleep(200_000)
            let (refused, accepted) = knocker.end()
            #expect(refused == 0 && accepted > 20, "\(accepted) accepted, \(refused) refused")
            next.signal(SIGTERM)
            #expect(try next.end().status == 0)
        }

        @Test("Where the page's port is not free at a takeover the rigs come first: it is told once, and tried again")
        func pageLater() throws {
            let (reservation, port) = try Loopback.reserve()
            let (holder, pagePort) = try Loopback.listen()
            defer { close(reservation) }
            var options = Stage.Options()
            options.bind = ["127.0.0.1:\(port)"]
            options.more = "\"http\": null,"
            let stage = try Stage(options)
            let text = try String(contentsOf: stage.configuration, encoding: .utf8)
            try text.replacing("\"http\": null", with: "\"http\": \"127.0.0.1:\(pagePort)\"").write(
                to: stage.configuration, atomically: true, encoding: .utf8)
            let next = try RunningProgram(["run", "--takeover", "-c", stage.configuration.path])
            try next.waitForLine(with: "no page and no API for now: can't listen on 127.0.0.1:\(pagePort)")
            _ = try stage.rig()
            close(holder)
            try next.waitForLine(with: "the page is at http://127.0.0.1:\(pagePort)/")
            next.signal(SIGTERM)
            let outcome = try next.end()
            #expect(outcome.status == 0)
            #expect(outcome.lines.count { $0.contains("no page and no API for now") } == 1)
        }

        @Test("With nobody to take over from it starts as usual")
        func nobody() throws {
            let stage = try Stage(Stage.Options())
            stage.program.signal(SIGTERM)
            _ = try stage.program.end()
            let next = try RunningProgram(["run", "--takeover", "-c", stage.configuration.path])
            try next.waitForLine(with: "no proxy to take over from")
            try next.waitForLine(with: "rigs connect to")
            next.signal(SIGTERM)
            #expect(try next.end().status == 0)
        }

        @Test("One that asks and leaves changes nothing; another one after it is served")
        func askedAndLeft() throws {
            let (reservation, port) = try Loopback.reserve()
            defer { close(reservation) }
            var options = Stage.Options()
            options.bind = ["127.0.0.1:\(port)"]
            try Stage.run(options) { stage in
                let path = stage.configuration.deletingLastPathComponent().appendingPathComponent("state/takeover.sock")
                // That the first has left is seen a moment later.
                for _ in 0..<2 { #expect(try eventually { try knock(path.path) }) }
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        /// Whether the sockets are handed over.
        private func knock(_ path: String) throws -> Bool {
            let descriptor = socket(AF_UNIX, SocketKind.stream, 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(status == 0)
            var bytes = [UInt8](repeating: 0, count: 64)
            return read(descriptor, &bytes, bytes.count) > 0
        }

        @Test("A port that systemd opened is used; who connected before there was a proxy is served")
        func socketActivation() throws {
            let (listener, port) = try Loopback.listen()
            let pool = try ScriptedPool()
            let place = try TemporaryDirectory()
            let file = try place.write(
                """
                { "bind": ["127.0.0.1:\(port)"], "mode": "p2pool", "state-directory": "\(place.url.path)/state",
                  "verify-shares": "off", "p2pool": { "pools": [\(pool.configuration)] } }
                """, to: "config.json")
            // The rig is there first.
            let rig = ScriptedRig(try LineSocket(port: port))
            rig.logIn()
            let process = try Self.start(["run", "-c", file.path], passing: listener)
            close(listener)
            let lane = try pool.acceptLogin()
            let id = rig.submit(try rig.job())
            lane.accept(try lane.share())
            #expect(try rig.reply(to: id).status == "OK")
            kill(process, SIGTERM)
            var status: Int32 = -1
            #expect(eventually { waitpid(process, &status, WNOHANG) == process })
            #expect(status == 0)
        }

        /// Starts the program as systemd does: with a listening socket as descriptor 3.
        private static func start(_ arguments: [String], passing listener: Int32) throws -> pid_t {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, listener, 3)
            // The number of the process is known to the shell only, which becomes the program.
            let words =
                ["/bin/sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh", try BuiltProgram.url.path] + arguments
            var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
            pointers.append(nil)
            defer { for pointer in pointers { free(pointer) } }
            var environment: [UnsafeMutablePointer<CChar>?] = [nil]
            var process: pid_t = 0
            try #require(posix_spawn(&process, "/bin/sh", &actions, nil, pointers, &environment) == 0)
            return process
        }
    }
}

import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// The real command against the real daemon, and against none.
    @Suite("stratum-proxy status")
    struct StatusCommandTests {
        private func status(_ place: TemporaryDirectory, _ more: String...) throws -> BuiltProgram.Outcome {
            try BuiltProgram.run(["status", "--state-directory", place.url.path] + more)
        }

        private func connect(_ client: Int32, _ place: TemporaryDirectory) throws -> Int32 {
            withAddress(place) { Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }

        private func withAddress(_ place: TemporaryDirectory, _ body: (UnsafePointer<sockaddr>) -> Int32) -> Int32 {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { path in
                path.copyBytes(from: place.url.appendingPathComponent("control.sock").path.utf8.prefix(path.count - 1))
            }
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
            }
        }

        /// A listening socket where the daemon's would be; closed, it leaves its file as a killed daemon does.
        private func listen(_ place: TemporaryDirectory) throws -> Int32 {
            let descriptor = socket(AF_UNIX, SocketKind.stream, 0)
            let result = withAddress(place) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
            try #require(result == 0)
            try #require(Glibc.listen(descriptor, 4) == 0)
            return descriptor
        }

        // Fault N03.
        @Test("A running proxy tells how things stand, as text and as one line of JSON")
        func running() throws {
            let place = try TemporaryDirectory()
            let program = try RunningProgram([
                "demo", "--windows", "1", "--window", "20", "--state-directory", place.url.path,
            ])
            try program.waitForLine(with: "now mining on XvB")
            let text = try status(place)
            #expect(text.status == 0 && text.errors.isEmpty)
            let json = try status(place, "--json")
            #expect(json.status == 0)
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            // XvB's slice is five seconds long. Where the machine was too slow for it, the proxy has stopped since.
            if !program.hasSaid("window 1 done") {
                #expect(text.output.hasPrefix("Now         mining on XvB, the next plan in "))
                #expect(text.output.contains("hold donor (1 kH/s)"))
                #expect(object?["mining_on"] as? String == "XvB")
            }
            #expect(json.lines.count == 1)
            let rigs = try status(place, "rigs")
            #expect(rigs.status == 0 && rigs.lines.first?.hasPrefix("3 rigs online; together ") == true)
            #expect(rigs.lines.dropFirst().first?.contains("1 MIN") == true && rigs.lines.count == 5, "\(rigs.output)")
            let list = try JSONSerialization.jsonObject(with: Data(status(place, "rigs", "--json").output.utf8))
            let names = ((list as? [String: Any])?["rigs"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
            #expect(names == ["rig-1", "rig-2", "rig-3"])
            #expect(try program.end().status == 0)
        }

        @Test("Where the state directory was cleared away under a running proxy, it answers again after some seconds")
        func clearedAway() throws {
            let place = try TemporaryDirectory()
            let program = try RunningProgram(["demo", "--keep-open", "--state-directory", place.url.path])
            try program.waitForLine(with: "now mining on XvB")
            #expect(try status(place).status == 0)
            try FileManager.default.removeItem(at: place.url)
            #expect(try status(place).status == 1)
            let socket = place.url.appendingPathComponent("control.sock").path
            let deadline = Date() + 60
            while !FileManager.default.fileExists(atPath: socket), Date() < deadline { usleep(100_000) }
            #expect(try status(place).status == 0)
            program.signal(SIGTERM)
            #expect(try program.end().status == 0)
        }

        @Test("Without a proxy it says so, with the directory it looked in, and fails")
        func none() throws {
            let place = try TemporaryDirectory()
            let outcome = try status(place)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("nothing answers at \(place.url.path)/control.sock"))
        }

        // Fault N02.
        @Test("N2: without a configuration, and with one that is broken, it finds the user's own proxy")
        func found() throws {
            let home = try TemporaryDirectory()
            let state = home.url.appendingPathComponent(".local/state/stratum-proxy").path
            let program = try RunningProgram(["demo", "--keep-open", "--state-directory", state])
            try program.waitForLine(with: "simulated rigs")
            let socket = state + "/control.sock"
            let deadline = Date() + 30
            while !FileManager.default.fileExists(atPath: socket), Date() < deadline { usleep(50_000) }
            let environment = ["HOME": home.url.path]
            #expect(try BuiltProgram.run(["status"], environment: environment).status == 0)
            let broken = try home.write("{\"windov\": 1}", to: "broken.json")
            // Another's file: what is found does not run with it, and that is said.
            let other = try BuiltProgram.run(["status", "-c", broken.path], environment: environment)
            #expect(
                other.status == 1
                    && other.errors.contains(
                        "no proxy answers for \(broken.path); the one at \(socket) runs without a file")
            )
            program.signal(SIGTERM)
            _ = try program.end()
        }

        // Fault N02.
        @Test(
            "N2: a configuration that isn't there, can't be read or is broken never shows the figures of another proxy",
            arguments: ["status", "healthcheck"])
        func otherFile(command: String) throws {
            let home = try TemporaryDirectory()
            // The first place of all, as that of a service.
            let program = try RunningProgram(["demo", "--keep-open", "--state-directory", home.url.path])
            try program.waitForLine(with: "simulated rigs")
            let socket = home.url.appendingPathComponent("control.sock").path
            let deadline = Date() + 30
            while !FileManager.default.fileExists(atPath: socket), Date() < deadline { usleep(50_000) }
            let environment = ["HOME": "/nonexistent", "STATE_DIRECTORY": home.url.path]
            #expect(try BuiltProgram.run([command], environment: environment).status == 0)
            let missing = home.url.appendingPathComponent("missing.json").path
            let outcome = try BuiltProgram.run([command, "-c", missing], environment: environment)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("\(missing): there is no such file"))
            let broken = try home.write("{\"window\": ", to: "broken.json")
            // Whatever its rights are, a directory can't be read as a file, not by root either.
            for (file, mistake) in [(home.url.path, "not an ordinary file"), (broken.path, "broken.json:1:")] {
                let outcome = try BuiltProgram.run([command, "-c", file], environment: environment)
                #expect(outcome.status == 1 && outcome.output.isEmpty)
                #expect(
                    outcome.errors.contains("no proxy answers for \(file); the one at \(socket) runs without a file"))
                #expect(outcome.errors.contains(mistake), "\(outcome.errors)")
            }
            program.signal(SIGTERM)
            _ = try program.end()
        }

        // Fault N10.
        @Test("A word that status does not have is told with the one that was meant")
        func words() throws {
            let outcome = try status(try TemporaryDirectory(), "rgis")
            #expect(
                outcome.status == 64 && outcome.errors.contains("status has no 'rgis': did you mean `status rigs`?"))
        }

        @Test("A socket that a killed proxy left behind is no proxy")
        func stale() throws {
            let place = try TemporaryDirectory()
            close(try listen(place))
            let outcome = try status(place)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("nothing answers at "))
        }

        @Test("A proxy that doesn't answer is given up after five seconds")
        func hanging() throws {
            let place = try TemporaryDirectory()
            let descriptor = try listen(place)
            defer { close(descriptor) }
            let outcome = try status(place)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("the proxy does not answer at \(place.url.path)/control.sock"))
            #expect(outcome.errors.contains("within 5 s: it is stopped or stuck"))
        }

        @Test("A proxy that is stuck, with a queue of those who gave up, is given up after five seconds too")
        func fullQueue() throws {
            let place = try TemporaryDirectory()
            let descriptor = try listen(place)
            defer { close(descriptor) }
            var clients: [Int32] = []
            defer { for client in clients { close(client) } }
            var isFull = false
            while !isFull, clients.count < 64 {
                let client = socket(AF_UNIX, SocketKind.stream, 0)
                _ = fcntl(client, F_SETFL, O_NONBLOCK)
                clients.append(client)
                isFull = try connect(client, place) != 0
            }
            try #require(isFull)
            #expect(try status(place).errors.contains("within 5 s: it is stopped or stuck"))
        }
    }
}

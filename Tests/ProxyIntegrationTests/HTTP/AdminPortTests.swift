import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// The admin port of the real program, asked by raw requests.
    @Suite("The admin port")
    struct AdminPortTests {
        /// A demo that runs until the test is over, and where its page is.
        private struct Running {
            let program: RunningProgram
            let port: UInt16

            init(_ arguments: [String] = ["demo", "--http", "--http-port", "0", "--window", "20", "--keep-open"]) throws
            {
                program = try RunningProgram(arguments)
                let line = try program.waitForLine { $0.contains("the page is at http://127.0.0.1:") }
                let digits = line.split(separator: ":").last?.filter(\.isNumber) ?? ""
                port = try #require(UInt16(digits))
            }

            /// What is answered to `text` until the connection's end, within ten seconds.
            func answer(to text: String) throws -> String {
                let reader = try #require(BlockingReader(port: port))
                defer { reader.close() }
                reader.send(text)
                return reader.readToEnd()
            }

            func get(_ path: String, _ headers: String = "", host: String = "127.0.0.1") throws -> String {
                try answer(to: "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(headers)\r\n")
            }

            /// The body of a good answer.
            func body(_ path: String) throws -> String {
                let answer = try get(path)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(path): \(answer.prefix(200))")
                return String(answer[(answer.range(of: "\r\n\r\n")?.upperBound ?? answer.startIndex)...])
            }

            func object(_ path: String) throws -> [String: Any] {
                try #require(JSONSerialization.jsonObject(with: Data(body(path).utf8)) as? [String: Any], "\(path)")
            }
        }

        @Test("Every document is there while the demo mines, in its own form")
        func documents() throws {
            let demo = try Running()
            try demo.program.waitForLine(with: "p2pool keeps")
            #expect(try demo.body("/healthz") == "ok\n")
            let state = try demo.object("/api/v1/state")
            #expect(state["schema"] as? Int == 1 && state["rigs"] as? Int == 3)
            #expect((try demo.object("/api/v1/rigs")["rigs"] as? [Any])?.count == 3)
            let summary = try demo.object("/1/summary")
            #expect(summary["kind"] as? String == "proxy")
            #expect((summary["miners"] as? [String: Int]) == ["now": 3, "max": 3])
            #expect((try demo.object("/1/workers")["workers"] as? [[Any]])?.count == 3)
            #expect((try demo.object("/1/miners")["miners"] as? [[Any]])?.count == 3)
            let farm = try demo.object("/m/2/summary")
            #expect((farm["connection"] as? [String: Any])?["pool"] as? String != "")
            #expect(try demo.object("/rig/rig-1/1/summary")["worker_id"] as? String == "rig-1")
            #expect(try demo.get("/rig/nobody/1/summary").hasPrefix("HTTP/1.1 404"))
            #expect(try demo.body("/metrics").contains("stratum_proxy_rigs 3\n"))
            let page = try demo.get("/")
            #expect(page.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"))
            #expect(page.contains("<!doctype html>"))
            let tag = try #require(page.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }).dropFirst(6)
            #expect(try demo.get("/", "If-None-Match: \(tag)\r\n").hasPrefix("HTTP/1.1 304"))
        }

        // Fault H02.
        @Test("It can only be read, only by its own names, and asks nobody for what it doesn't have")
        func refusals() throws {
            let demo = try Running()
            for method in ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"] {
                let head = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
                #expect(try demo.answer(to: "\(method) /api/v1/state \(head)").hasPrefix("HTTP/1.1 405"), "\(method)")
                #expect(try demo.answer(to: "\(method) /1/config \(head)").hasPrefix("HTTP/1.1 403"), "\(method)")
            }
            #expect(try demo.get("/1/config").hasPrefix("HTTP/1.1 403"))
            let other = try demo.get("/api/v1/state", host: "evil.example")
            #expect(other.hasPrefix("HTTP/1.1 403") && other.contains("evil.example"))
            #expect(!other.contains("Access-Control-Allow-Origin"))
            for path in ["/nothing", "/../../etc/passwd", "/%2e%2e/", "/api/v1/", "/index.htm"] {
                let answer = try demo.get(path)
                #expect(
                    answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 400"),
                    "\(path): \(answer.prefix(40))")
            }
            for query in ["from=x", "to=-1", "step=1e3", "from=5&to=5", "from=99999999999999999999"] {
                #expect(try demo.get("/api/v1/history?\(query)").hasPrefix("HTTP/1.1 400"), "\(query)")
            }
        }

        @Test("Events begin with the lines so far, go on with each line, and take up after the last one heard")
        func events() throws {
            let demo = try Running()
            try demo.program.waitForLine(with: "p2pool keeps")
            let reader = try #require(BlockingReader(port: demo.port))
            defer { reader.close() }
            reader.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let text = reader.read(until: {
                $0.contains("event: state\ndata: {\"changed\":") && $0.contains("event: log\n")
            })
            #expect(text.contains("retry: 2000\n\n"))
            let ids = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { UInt64($0.dropFirst(4)) }
            #expect(ids == ids.sorted() && Set(ids).count == ids.count && !ids.isEmpty)
            let data = try #require(text.split(separator: "\n").first { $0.hasPrefix("data: {\"time\"") })
            let line = try #require(
                JSONSerialization.jsonObject(with: Data(data.dropFirst(6).utf8)) as? [String: Any])
            #expect(Set(line.keys) == ["time", "level", "tag", "text"])
            let later = try #require(BlockingReader(port: demo.port))
            defer { later.close() }
            later.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(ids[0])\r\n\r\n")
            let rest = later.read(until: { $0.contains("id: ") })
            #expect(!rest.contains("id: \(ids[0])\n"))
        }

        // Fault H01.
        @Test(
            "Two hundred silent connections, half heads and floods keep nobody from the page, nor the rigs from mining")
        func crowd() throws {
            let demo = try Running()
            var silent: [BlockingReader] = []
            for index in 0..<200 {
                guard let reader = BlockingReader(port: demo.port) else { continue }
                if index % 2 == 0 { reader.send("GET / HTTP/1.1\r\nHost: local") }
                silent.append(reader)
            }
            #expect(try demo.body("/healthz") == "ok\n")
            #expect(try demo.get("/", "X-Long: \(String(repeating: "x", count: 40_000))\r\n").contains("431"))
            let flood = String(repeating: "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 50)
            for reader in silent.suffix(20) { reader.send(flood) }
            #expect(try demo.body("/healthz") == "ok\n")
            silent.forEach { $0.close() }
            try demo.program.waitForLine(with: "window 1 done")
            demo.program.signal(SIGTERM)
            let outcome = try demo.program.end()
            #expect(outcome.status == 0, "\(outcome.lines.suffix(4))")
        }

        // Fault H03.
        @Test("With a token nothing but the page and the probes comes without it")
        func token() throws {
            let place = try TemporaryDirectory()
            let token = "0123456789abcdef"
            try place.write(
                """
                {"mode": "p2pool", "bind": ["127.0.0.1:0"], "state-directory": "\(place.url.path)",
                 "p2pool": {"pools": [{"url": "127.0.0.1:1"}]}, "http": {"port": 0, "access-token": "\(token)"}}
                """, to: "config.json")
            let proxy = try Running(["run", "-c", place.url.appendingPathComponent("config.json").path])
            for path in ["/", "/page.js", "/healthz"] {
                #expect(try proxy.get(path).hasPrefix("HTTP/1.1 200"), "\(path)")
            }
            let ready = try proxy.get("/readyz")
            #expect(ready.hasPrefix("HTTP/1.1 503") && ready.hasSuffix("{\"ready\":false}\n"))
            for path in ["/api/v1/state", "/api/v1/rigs", "/api/v1/history", "/api/v1/events", "/metrics"] {
                #expect(try proxy.get(path).hasPrefix("HTTP/1.1 401"), "\(path)")
                #expect(try proxy.get(path, "Authorization: Bearer wrong\r\n").hasPrefix("HTTP/1.1 401"), "\(path)")
            }
            for path in ["/1/summary", "/1/workers", "/1/miners", "/m/1/summary", "/rig/x/1/summary"] {
                #expect(try proxy.get(path).hasPrefix("HTTP/1.1 401"), "\(path)")
                #expect(try proxy.get(path, "Authorization: Bearer wrong\r\n").hasPrefix("HTTP/1.1 403"), "\(path)")
            }
            let shown = "Authorization: Bearer \(token)\r\n"
            #expect(try proxy.get("/api/v1/state", shown).hasPrefix("HTTP/1.1 200"))
            #expect(try proxy.get("/readyz", shown).contains("\"reasons\":[\"p2pool can't be reached\"]"))
            #expect(try proxy.get("/1/summary", shown).contains("\r\nAccess-Control-Allow-Origin: *\r\n"))
            let asked = try proxy.answer(
                to: "OPTIONS /1/summary HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(
                asked.hasPrefix("HTTP/1.1 204")
                    && asked.contains("Access-Control-Allow-Headers: Authorization, Content-Type\r\n"))
            let wrong = "Authorization: Bearer wrong\r\n"
            #expect(try proxy.get("/1/summary", wrong).contains("\r\nAccess-Control-Allow-Origin: *\r\n"))
            #expect(try !proxy.get("/api/v1/state", wrong).contains("Access-Control-Allow-Origin"))
        }

        @Test("A port of one's own that is taken is an error at the start; the usual one is told and done without")
        func taken() throws {
            let place = try TemporaryDirectory()
            let holder = socket(AF_INET, SocketKind.stream, 0)
            defer { close(holder) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(holder, $0, size)
                    _ = listen(holder, 1)
                    _ = getsockname(holder, $0, &size)
                }
            }
            let port = UInt16(bigEndian: address.sin_port)
            try place.write(
                """
                {"mode": "p2pool", "bind": ["127.0.0.1:0"], "state-directory": "\(place.url.path)",
                 "p2pool": {"pools": [{"url": "127.0.0.1:1"}]}, "http": "127.0.0.1:\(port)"}
                """, to: "config.json")
            let outcome = try BuiltProgram.run(["run", "-c", place.url.appendingPathComponent("config.json").path])
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("no page and no API: can't listen on 127.0.0.1:\(port)"), "\(outcome.errors)")
        }

        @Test("Tiers are reckoned for any hashrate; other arguments are refused")
        func tiers() throws {
            let demo = try Running()
            try demo.program.waitForLine(with: "p2pool keeps")
            let answer = try demo.object("/api/v1/tiers?hashrate=24e3")
            #expect(answer["hashrate_hs"] as? Double == 24_000)
            let rows = try #require(answer["tiers"] as? [[String: Any]])
            #expect(rows.compactMap { $0["tier"] as? String } == ["donor", "vip", "whale", "mega"])
            #expect((rows[0]["held_hours"] as? Double ?? 0) > 20 && rows[3]["held_hours"] as? Double == 0)
            for text in ["", "x", "0", "-5", "nan", "1e13"] {
                let query = "?hashrate=\(text)"
                #expect(try demo.get("/api/v1/tiers\(query)").hasPrefix("HTTP/1.1 400"), "\(query)")
            }
        }

        @Test("healthcheck tells by its exit code whether the proxy answers, and with --ready whether it can work")
        func healthcheck() throws {
            let place = try TemporaryDirectory()
            let directory = place.url.path
            let none = try BuiltProgram.run(["healthcheck", "--state-directory", directory])
            #expect(none.status == 1)
            let demo = try RunningProgram([
                "demo", "--window", "20", "--keep-open", "--state-directory", directory,
            ])
            try demo.waitForLine(with: "p2pool keeps")
            let alive = try BuiltProgram.run(["healthcheck", "--state-directory", directory])
            #expect(alive.status == 0 && alive.lines.count == 1, "\(alive)")
            let ready = try BuiltProgram.run(["healthcheck", "--ready", "--state-directory", directory])
            #expect(ready.status == 0, "\(ready)")
        }
    }
}

/// A reader by its bytes, who waits for what comes.
private final class BlockingReader {
    private let descriptor: Int32

    init?(port: UInt16) {
        descriptor = socket(AF_INET, SocketKind.stream, 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return nil }
    }

    func send(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    func readToEnd() -> String { read(until: { _ in false }) }

    /// Reads until `isEnough`, the end, or ten seconds without a byte.
    func read(until isEnough: (String) -> Bool) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func close() { Glibc.close(descriptor) }
}

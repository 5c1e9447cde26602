import Foundation
import Glibc
import Testing

@testable import StratumProxy

@Suite("Telling systemd")
struct ServiceNotifierTests {
    /// A datagram socket as systemd has it, at a path or under an abstract name.
    private final class Manager {
        let descriptor: Int32
        let name: String
        private let place: TemporaryDirectory

        init(abstract: Bool) throws {
            place = try TemporaryDirectory()
            descriptor = socket(AF_UNIX, SocketKind.datagram, 0)
            let path = place.url.appendingPathComponent("notify").path
            name = abstract ? "@stratum-proxy-test-\(UUID().uuidString)" : path
            var bytes = Array(name.utf8)
            if abstract { bytes[0] = 0 }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(2 + bytes.count + (abstract ? 0 : 1))
            let descriptor = descriptor
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
            }
            try #require(status == 0)
        }

        deinit {
            close(descriptor)
        }

        /// The next datagram, or nil where there is none.
        func receive() -> String? {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
        }

        /// Waits for the first datagram that begins with `text`; nil after `seconds`.
        func await(_ text: String, seconds: Double = 30) -> String? {
            let deadline = Date(timeIntervalSinceNow: seconds)
            while Date() < deadline {
                if let message = receive() {
                    if message.hasPrefix(text) { return message }
                } else {
                    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    _ = Glibc.poll(&poll, 1, 100)
                }
            }
            return nil
        }
    }

    @Test("Each message is one datagram, at a path as under an abstract name", arguments: [false, true])
    func messages(abstract: Bool) throws {
        let manager = try Manager(abstract: abstract)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.name])
        #expect(notifier.isActive)
        notifier.ready(status: "mining\nREADY=0")
        notifier.status("p2pool")
        notifier.watchdog()
        notifier.stopping()
        #expect(manager.receive() == "READY=1\nSTATUS=mining\\nREADY=0")
        #expect(manager.receive() == "STATUS=p2pool")
        #expect(manager.receive() == "WATCHDOG=1")
        #expect(manager.receive() == "STOPPING=1")
        #expect(manager.receive() == nil)
    }

    @Test("Without systemd nothing is sent", arguments: ["", "relative", "/" + String(repeating: "x", count: 200)])
    func absent(socket: String) {
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "1000000"])
        #expect(!notifier.isActive && notifier.watchdogSeconds == nil)
        notifier.ready(status: "")
    }

    @Test("A manager that is gone, or that does not read, is no fault")
    func unreachable() throws {
        ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"]).stopping()
        let manager = try Manager(abstract: false)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.name])
        for _ in 0..<10_000 { notifier.watchdog() }
        #expect(manager.receive() == "WATCHDOG=1")
    }

    @Test("The program itself says that it is ready, that it is alive, what it does, and that it stops")
    func program() throws {
        let manager = try Manager(abstract: false)
        let place = try TemporaryDirectory()
        try place.write(
            #"{"mode": "p2pool", "bind": ["127.0.0.1:0"], "tls": false, "p2pool": {"pools": [{"url": "127.0.0.1:1"}]}}"#,
            to: "config.json")
        let process = Process()
        process.executableURL = try BuiltProgram.url
        process.currentDirectoryURL = place.url
        process.environment = [
            "NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000", "HOME": place.url.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        #expect(manager.await("READY=1")?.hasPrefix("READY=1\nSTATUS=rigs connect to 127.0.0.1:") == true)
        #expect(manager.await("WATCHDOG=1") != nil)
        kill(process.processIdentifier, SIGTERM)
        #expect(manager.await("STOPPING=1") != nil)
        try #require(ended.wait(timeout: .now() + 30) == .success)
        #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    }

    @Test("The watchdog's time is ours only where systemd means this process")
    func watchdog() {
        func seconds(_ process: String?) -> Double? {
            var environment = ["NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "30000000"]
            environment["WATCHDOG_PID"] = process
            return ServiceNotifier(environment: Environment(environment), processID: 42).watchdogSeconds
        }
        #expect(seconds(nil) == 30 && seconds("42") == 30 && seconds("41") == nil)
    }
}

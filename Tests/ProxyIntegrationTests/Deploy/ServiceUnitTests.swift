import Foundation
import Testing

@Suite("deploy/stratum-proxy.service")
struct ServiceUnitTests {
    private static let analyzer = "/usr/bin/systemd-analyze"

    private func unit() throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent("deploy/stratum-proxy.service"), encoding: .utf8)
    }

    private func value(_ key: String) throws -> [String] {
        try unit().split(separator: "\n").filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test("systemd finds nothing wrong with it", .enabled(if: FileManager.default.isExecutableFile(atPath: analyzer)))
    func verified() throws {
        // The program is installed nowhere here, so the one that was built stands in for it.
        let place = try TemporaryDirectory()
        let program = try BuiltProgram.url.path
        let file = try place.write(
            try unit().replacing("/usr/bin/stratum-proxy", with: program), to: "stratum-proxy.service")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.analyzer)
        process.arguments = ["verify", "--man=no", file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        try #require(ended.wait(timeout: .now() + 60) == .success)
        // systemd also looks at units of this machine; only what it says of ours counts.
        let ours = output.split(separator: "\n").filter { $0.contains("stratum-proxy") }
        #expect(ours.isEmpty, "\(output)")
    }

    @Test("What it starts is a command line that the program takes")
    func commandLine() throws {
        let line = try #require(try value("ExecStart").first)
        let words = line.split(separator: " ").map(String.init)
        #expect(words.first == "/usr/bin/stratum-proxy")
        let outcome = try BuiltProgram.run(Array(words.dropFirst()) + ["--help"])
        #expect(outcome.status == 0)
    }

    // Fault N13.
    @Test("Beside the program it calls only the shell, which the smallest Debian has")
    func programs() throws {
        for key in ["ExecStart", "ExecReload", "ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost"] {
            for command in try value(key) {
                let program = command.split(separator: " ").first.map(String.init)
                #expect(["/usr/bin/stratum-proxy", "/bin/sh"].contains(program), "\(key)=\(command)")
            }
        }
    }

    // Fault N09.
    @Test("A reload looks at the file first, and fails where it is wrong; then it is a SIGHUP")
    func reload() throws {
        let commands = try value("ExecReload")
        #expect(commands.count == 2 && commands.last == "/bin/sh -c \"kill -HUP $MAINPID\"")
        let words = try #require(commands.first).split(separator: " ").map(String.init)
        let start = try #require(try value("ExecStart").first).split(separator: " ").map(String.init)
        #expect(words.first == start.first && words.last == start.last)
        let place = try TemporaryDirectory()
        let environment = ["HOME": place.url.path]
        for (text, status) in [("{\"windov\": 1}", Int32(1)), ("{\"mode\": \"p2pool\"}", 0)] {
            let file = try place.write(text, to: "c.json")
            let outcome = try BuiltProgram.run(
                words.dropFirst().dropLast() + [file.path], environment: environment)
            #expect(outcome.status == status)
            #expect((outcome.output + outcome.errors).isEmpty == (status == 0), "\(outcome.output)")
        }
    }

    @Test("It starts again after anything but a mistake in the configuration, for which the program ends with 78")
    func restart() throws {
        #expect(try value("Restart") == ["always"])
        #expect(try value("StartLimitIntervalSec") == ["0"])
        #expect(try value("RestartPreventExitStatus") == ["64 78"])
        let place = try TemporaryDirectory()
        let file = try place.write("{\"windov\": 1}", to: "c.json")
        #expect(try BuiltProgram.run(["run", "-c", file.path]).status == 78)
        #expect(try BuiltProgram.run(["run", "--no-such-flag"]).status == 64)
    }

    @Test("systemd watches it, and grants the time that an orderly stop takes")
    func times() throws {
        #expect(try value("Type") == ["notify"])
        #expect(try value("WatchdogSec") == ["30"])
        #expect(try value("TimeoutStopSec").compactMap { Int($0) }.allSatisfy { $0 > 6 })
    }
}

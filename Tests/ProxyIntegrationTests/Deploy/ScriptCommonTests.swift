import Foundation
import Testing

@Suite("What the scripts share")
struct ScriptCommonTests {
    /// What `bash` prints of the lines, which find the functions of scripts/lib/common.sh.
    private func bash(_ lines: String) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "set -euo pipefail; source \(Repository.root.path)/scripts/lib/common.sh; \(lines)", "the-script",
        ]
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: said, as: UTF8.self),
            String(decoding: complained, as: UTF8.self)
        )
    }

    @Test("A script that ends in the middle says where, and no second time where the reason was shown")
    func unsaid() throws {
        let silent = try bash("x=$(false | head -n 1); echo went on")
        #expect(silent.status == 1 && silent.output.isEmpty)
        #expect(silent.errors.hasPrefix("the-script: line ") && silent.errors.contains("x=$(false | head -n 1)"))
        let place = try TemporaryDirectory()
        let log = place.url.appendingPathComponent("log").path
        let shown = try bash("quietly '\(log)' sh -c 'echo the reason; exit 3'")
        #expect(shown.status == 3 && shown.errors.contains("the reason"))
        #expect(shown.errors.split(separator: "\n").filter { $0.contains("failed") }.count == 1, "\(shown.errors)")
        let asked = try bash("missing() { false; }; if missing; then :; fi; false || echo went on")
        #expect(asked.status == 0 && asked.errors.isEmpty, "\(asked)")
    }

    @Test("Who may not install packages is told what root has to type")
    func packages() throws {
        let place = try TemporaryDirectory()
        let refused = "missing_packages() { echo libfoo-dev; }; install_packages() { return 1; }; sudo() { return 1; };"
        let outcome = try bash("\(refused) ensure_packages '\(place.url.path)' libfoo-dev")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("root it is: apt-get update && apt-get install libfoo-dev"), "\(outcome)")
    }

    @Test(
        "The image comes from the mirror that apt uses, in either form of its sources",
        arguments: [
            (
                "sources.list", "deb [signed-by=/x] https://ftp.example.org/debian/ bookworm main",
                "https://ftp.example.org/debian"
            ),
            (
                "sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror.lan/debian\n",
                "http://mirror.lan/debian"
            ),
            ("sources.list", "deb http://archive.ubuntu.com/ubuntu noble main", "http://deb.debian.org/debian"),
            ("README", "", "http://deb.debian.org/debian"),
        ])
    func mirror(file: String, text: String, mirror: String) throws {
        let place = try TemporaryDirectory()
        let lists = place.url.appendingPathComponent("sources.list.d")
        try FileManager.default.createDirectory(at: lists, withIntermediateDirectories: true)
        _ = try place.write(text, to: file)
        let found = try bash("debian_mirror '\(place.url.path)'")
        #expect(found.output == mirror + "\n", "\(found)")
    }
}

import Foundation
import Testing

@Suite(
    "The Debian package", .ownThreads,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-shlibdeps")))
struct PackageTests {
    private func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = Repository.root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(words)")
        return String(decoding: output, as: UTF8.self)
    }

    @Test("It holds what a service, a shell and a reader need, and the same sources make the same bytes")
    func contents() throws {
        let place = try TemporaryDirectory()
        let program = try BuiltProgram.url.path
        let packages = try ["one", "two"].map { name in
            let output = place.url.appendingPathComponent(name).path
            return try run(["scripts/package", "--program", program, "--output", output])
                .trimmingCharacters(in: .newlines)
        }
        let list = try run(["dpkg-deb", "--fsys-tarfile", packages[0]].tarNames)
        for path in [
            "usr/bin/stratum-proxy", "usr/lib/systemd/system/stratum-proxy.service", "etc/stratum-proxy/config.json",
            "usr/lib/systemd/system/stratum-proxy.socket", "usr/lib/sysusers.d/stratum-proxy.conf",
            "usr/lib/tmpfiles.d/stratum-proxy.conf", "usr/share/man/man1/stratum-proxy.1.gz",
            "usr/share/man/man5/stratum-proxy.json.5.gz", "usr/share/bash-completion/completions/stratum-proxy",
            "usr/share/zsh/vendor-completions/_stratum-proxy",
            "usr/share/fish/vendor_completions.d/stratum-proxy.fish", "usr/share/doc/stratum-proxy/copyright",
            "usr/share/doc/stratum-proxy/changelog.gz",
        ] { #expect(list.contains("./\(path)\n"), "\(path)") }
        let control = try run(["dpkg-deb", "--field", packages[0]])
        for library in ["libuv1", "libssl3", "libcurl4", "librandomx0"] { #expect(control.contains(library)) }
        #expect(try run(["dpkg-deb", "--ctrl-tarfile", packages[0]].tarNames).contains("./conffiles\n"))
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: packages[0]))
                == Data(contentsOf: URL(fileURLWithPath: packages[1])))
        let parts = packages[0].dropLast(4) + ".spdx.json"
        let spdx =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: String(parts))))
            as? [String: Any]
        #expect(spdx?["spdxVersion"] as? String == "SPDX-2.3")
    }

    @Test("The configuration that it brings can be read and lacks the wallet only")
    func configuration() throws {
        let file = Repository.root.appendingPathComponent("deploy/debian/config.json").path
        let outcome = try BuiltProgram.run(["check", "--offline", file])
        #expect(
            outcome.status == 1 && outcome.errors.contains("1 error;")
                && outcome.errors.contains("the wallet is missing"), "\(outcome)")
    }
}

extension [String] {
    /// The command, and the names in the archive that it prints.
    fileprivate var tarNames: [String] { ["sh", "-c", joined(separator: " ") + " | tar -t"] }
}

import Foundation
import Testing

@testable import StratumProxy

@Suite("What README and docs tell to type")
struct DocumentedCommandsTests {
    private static let documents = ["README.md", "docs/install.md", "docs/operations.md"]

    static func text(_ document: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(document), encoding: .utf8)
    }

    /// The blocks between fences.
    static func blocks(_ document: String) throws -> [String] {
        try text(document).components(separatedBy: "```\n").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// The command lines in blocks and in backticks, without comments, sudo and redirections.
    static func commandLines(_ document: String) throws -> [[String]] {
        let inline = try text(document).components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
            .map(\.element).filter { !$0.contains("\n") }
        let lines = try blocks(document).flatMap { $0.components(separatedBy: "\n") } + inline
        return lines.flatMap { line -> [[String]] in
            line.components(separatedBy: " #")[0].components(separatedBy: "&&").map { command in
                var words = command.split(separator: " ").map(String.init)
                if words.first == "sudo" { words.removeFirst() }
                if let end = words.firstIndex(where: { $0.hasPrefix(">") }) { words.removeSubrange(end...) }
                return words
            }
        }
    }

    /// What follows the program's name, or the image's.
    private static func arguments(_ words: [String]) -> ArraySlice<String>? {
        switch words.first {
        case "stratum-proxy"?, "scripts/run"?: words.dropFirst()
        case "docker"?, "podman"?: words.firstIndex(of: "IMAGE").map { words[($0 + 1)...] }
        case "runuser"?: words.lastIndex(of: "stratum-proxy").map { words[($0 + 1)...] }
        case _: nil
        }
    }

    // Fault N13.
    @Test("The program takes each command line", arguments: documents)
    func parsed(document: String) throws {
        var count = 0
        for words in try Self.commandLines(document) {
            guard let arguments = Self.arguments(words), !arguments.isEmpty else { continue }
            count += 1
            do {
                _ = try StratumProxyCommand.parseAsRoot(Array(arguments))
            } catch {
                Issue.record("\(document): \(words.joined(separator: " ")): \(StratumProxyCommand.message(for: error))")
            }
        }
        #expect(count >= 3, "\(document) has \(count)")
    }

    // Fault N13.
    @Test("Each script and file that a command names is there", arguments: documents)
    func present(document: String) throws {
        for word in try Self.commandLines(document).flatMap({ $0 })
        where word.hasPrefix("scripts/") || word.hasPrefix("deploy/") {
            let path = Repository.root.appendingPathComponent(word).path
            #expect(FileManager.default.fileExists(atPath: path), "\(document): \(word)")
            if word.hasPrefix("scripts/") { #expect(FileManager.default.isExecutableFile(atPath: path), "\(word)") }
        }
    }

    // Fault N13.
    @Test("What is typed a second time keeps the configuration", arguments: documents)
    func keepsConfiguration(document: String) throws {
        let target = "/etc/stratum-proxy/config.json"
        let lines = try Self.blocks(document).flatMap { $0.components(separatedBy: "\n") }
        for line in lines where line.hasSuffix(target) && (line.contains("install -m") || line.contains("cp ")) {
            #expect(line.hasPrefix("[ -e \(target) ] || "), "\(document): \(line)")
        }
    }

    // Fault N13.
    @Test("README's ten lines of configuration are one, and its plan can be asked")
    func configuration() throws {
        let lines = try #require(try Self.blocks("README.md").first { $0.hasPrefix("{\n") })
        let place = try TemporaryDirectory()
        let file = try place.write(lines.replacing("4...", with: KnownWallet.donation), to: "config.json")
        let outcome = try BuiltProgram.run(["check", "--offline", "-c", file.path])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(lines.split(separator: "\n").count <= 10)
        let plan = try #require(
            try Self.commandLines("README.md").first { $0.starts(with: ["stratum-proxy", "plan"]) })
        #expect(try BuiltProgram.run(Array(plan.dropFirst())).status == 0)
    }
}

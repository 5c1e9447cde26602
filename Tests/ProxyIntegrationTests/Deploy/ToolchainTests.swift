import Foundation
import Testing

@Suite("What a build asks for")
struct ToolchainTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("README, the scripts and Package.swift ask for the same Swift")
    func swift() throws {
        let first = try #require(try text("Package.swift").split(separator: "\n").first)
        let version = try #require(first.split(separator: ":").last).trimmingCharacters(in: .whitespaces)
        let parts = version.split(separator: ".")
        #expect(try text("README.md").contains("Swift \(version) or newer"))
        let common = try text("scripts/lib/common.sh")
        #expect(common.contains("swift_needed_major=\(parts[0])\n"))
        #expect(common.contains("swift_needed_minor=\(parts[1])\n"))
    }

    @Test("A commit is built with one version of its dependency, whatever has been released since")
    func dependencies() throws {
        let lines = try text("Package.swift").split(separator: "\n").filter { $0.contains(".package(url:") }
        #expect(!lines.isEmpty && lines.allSatisfy { $0.contains("exact:") }, "\(lines)")
    }
}

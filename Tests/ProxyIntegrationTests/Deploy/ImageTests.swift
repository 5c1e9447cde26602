import Foundation
import Testing

@testable import StratumProxy

@Suite("The container image")
struct ImageTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The words of the list in the first line of the Containerfile that begins so.
    private func words(_ beginning: String) throws -> [String] {
        let line = try #require(
            try text("deploy/Containerfile").split(separator: "\n").first { $0.hasPrefix(beginning) })
        let list = line[try #require(line.firstIndex(of: "["))...]
        return try #require(try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [String])
    }

    @Test("What it starts, and what asks for its health, are command lines that the program takes")
    func commandLines() throws {
        #expect(try words("ENTRYPOINT") == ["/usr/bin/stratum-proxy"])
        _ = try StratumProxyCommand.parseAsRoot(try words("CMD"))
        let health = try words("HEALTHCHECK")
        #expect(health.first == "/usr/bin/stratum-proxy")
        #expect(try StratumProxyCommand.parseAsRoot(Array(health.dropFirst())) is HealthCheckCommand)
    }

    @Test("The one that scripts/image makes is asked the same")
    func same() throws {
        let health = try words("HEALTHCHECK").joined(separator: " ")
        #expect(try text("scripts/image").contains("--healthcheck 'CMD \(health)'"))
    }

    @Test("Its revision is the commit that the program in it tells, whatever tree it was made in")
    func revision() throws {
        let script = try text("scripts/image")
        #expect(script.contains("image.revision=$revision\"") && !script.contains("commit_of"))
        #expect(script.contains("/usr/bin/stratum-proxy --version"))
    }

    @Test("compose.yaml runs it as its own user, in p2pool's group")
    func user() throws {
        let line = try #require(
            try text("deploy/Containerfile").split(separator: "\n").first { $0.hasPrefix("USER ") })
        let user = try #require(line.dropFirst(5).split(separator: ":").first)
        #expect(try text("deploy/compose.yaml").contains("user: \"\(user):${P2POOL_GID:-1000}\""))
    }
}

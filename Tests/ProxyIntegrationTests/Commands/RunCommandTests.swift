import Foundation
import Glibc
import Testing

@testable import StratumProxy

@Suite("stratum-proxy run, the real program")
struct RunCommandTests {
    @Test("A port that another program has is named, and what to do about it")
    func portTaken() throws {
        let other = try Loopback.listen()
        defer { close(other.descriptor) }
        let place = try TemporaryDirectory()
        let outcome = try run(bind: "127.0.0.1:\(other.port)", place)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains("can't listen on 127.0.0.1:\(other.port)") && outcome.errors.contains("EADDRINUSE"))
        #expect(outcome.errors.contains("`ss -ltnp`") && outcome.errors.contains("\"bind\""))
    }

    @Test("An address that is another machine's is named, and what to write instead")
    func foreignAddress() throws {
        // TEST-NET-1, which no machine has.
        let place = try TemporaryDirectory()
        let outcome = try run(bind: "192.0.2.1:3355", place)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("EADDRNOTAVAIL") && outcome.errors.contains("0.0.0.0"))
    }

    private func run(bind: String, _ place: TemporaryDirectory) throws -> BuiltProgram.Outcome {
        let text = """
            {"mode": "p2pool", "bind": ["\(bind)"], "state-directory": "\(place.url.path)/state"}
            """
        return try BuiltProgram.run(["run", "-c", try place.write(text, to: "c.json").path])
    }
}

import Foundation
import Glibc
import Testing

@Suite("stratum-proxy setup", .ownThreads)
struct SetupCommandTests {
    private let place: TemporaryDirectory
    private var file: String { place.url.appendingPathComponent("etc/config.json").path }

    init() throws {
        place = try TemporaryDirectory()
    }

    private func setUp(_ more: [String]) throws -> BuiltProgram.Outcome {
        try BuiltProgram.run(
            ["setup", "-c", file, "--no-service"] + more, environment: ["STATE_DIRECTORY": place.url.path])
    }

    @Test("Without questions it logs in at p2pool, writes the file, and check finds it good")
    func tried() throws {
        let pool = try ScriptedPool()
        let setup = try RunningProgram([
            "setup", "-c", file, "--no-service", "--yes", "--wallet", KnownWallet.donation, "--p2pool", pool.address,
            "--p2pool-api", "no", "--bind", "127.0.0.1:0",
        ])
        // Asked twice: by the question and by all answers together.
        for _ in 0..<2 { _ = try pool.acceptLogin() }
        let outcome = try setup.end()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("good: logged in"))
        #expect(outcome.output.contains("\(file) is written"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(KnownWallet.donation) && text.contains("\"mode\": \"p2pool\""))
        #expect(try BuiltProgram.run(["check", "--offline", file]).status == 0)
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("A p2pool that isn't there is said, and nothing is written")
    func noPool() throws {
        let (reservation, port) = try Loopback.reserve()
        defer { close(reservation) }
        let outcome = try setUp(["--yes", "--wallet", KnownWallet.donation, "--p2pool", "127.0.0.1:\(port)"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--p2pool: 127.0.0.1:\(port): connect failed (ECONNREFUSED)"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("A wallet with a typing error is refused with its reason, and --yes without a wallet names the flag")
    func wallet() throws {
        let typo = KnownWallet.donation.dropLast() + "B"
        let outcome = try setUp(["--yes", "--offline", "--wallet", String(typo)])
        #expect(outcome.status == 1 && outcome.errors.contains("--wallet: the address's checksum is wrong"))
        #expect(try setUp(["--yes", "--offline"]).errors.contains("--yes needs --wallet"))
    }

    @Test("A configuration that is one is kept as .old; with nobody to ask it stays, and the flag is named")
    func replaced() throws {
        let arguments = ["--offline", "--wallet", KnownWallet.donation, "--p2pool-api", "no", "--mode", "p2pool"]
        #expect(try setUp(["--yes"] + arguments).status == 0)
        let first = try String(contentsOfFile: file, encoding: .utf8)
        let unattended = try setUp(arguments)
        #expect(unattended.status == 1 && unattended.errors.contains("give --yes"), "\(unattended)")
        #expect(try setUp(["--yes", "--p2pool", "10.0.0.7:3333"] + arguments).status == 0)
        #expect(try String(contentsOfFile: file + ".old", encoding: .utf8) == first)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("10.0.0.7:3333"))
    }
}

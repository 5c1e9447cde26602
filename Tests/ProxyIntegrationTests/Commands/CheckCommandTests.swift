import Foundation
import Glibc
import Testing

@testable import StratumProxy

@Suite("stratum-proxy check, the real program")
struct CheckCommandTests {
    private let wallet = KnownWallet.donation

    @Test("Everything wrong is named with line and column, and the exit code is 1")
    func wrong() throws {
        let place = try TemporaryDirectory()
        let file = try place.write("{\n  \"walet\": \"x\", // no\n  \"window\": 1,\n}\n", to: "c.json")
        let outcome = try BuiltProgram.run(["check", "--offline", "-c", file.path])
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("c.json:2:3: error: walet: unknown key; did you mean \"wallet\"?"))
        #expect(outcome.errors.contains("c.json:3:13: error: window: 1 is not a whole number from 10 to 3600 seconds"))
        #expect(outcome.errors.hasSuffix("the proxy would not start\n"))
    }

    @Test("A file that is not there is said so")
    func missing() throws {
        let outcome = try BuiltProgram.run(["check", "--offline", "-c", "/nonexistent/c.json"])
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.hasPrefix(
                "/nonexistent/c.json: error: No such file or directory: `stratum-proxy setup`"))
    }

    // Fault N12.
    @Test("A certificate for rigs that can't be used is an error on its line, in words that say what to do")
    func uselessCertificate() throws {
        let place = try TemporaryDirectory()
        let garbage = try place.write("garbage", to: "cert.pem")
        let cut = try place.write("-----BEGIN CERTIFICATE-----\nMIIB\n", to: "cut.pem")
        for (certificate, cause) in [
            ("/nonexistent/cert.pem", ": no such file"),
            (garbage.path, " is no such PEM file: it needs a line -----BEGIN CERTIFICATE-----"),
            (cut.path, " is cut off"),
        ] {
            let text =
                "{\"mode\": \"p2pool\",\n\"tls\": {\n\"cert\": \"\(certificate)\", \"key\": \"\(certificate)\"}}"
            let file = try place.write(text, to: "c.json")
            let outcome = try BuiltProgram.run(["check", "--offline", "-c", file.path])
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(
                outcome.errors.contains("c.json:3: error: tls: certificate \(certificate)\(cause)"), "\(outcome.errors)"
            )
            #expect(outcome.errors.hasSuffix("1 error; the proxy would not start\n"))
        }
    }

    @Test("A list of pools without a pool in it is complained about once", arguments: ["[]", "[\"127.0.0.1:3333\"]"])
    func noPool(_ list: String) throws {
        let place = try TemporaryDirectory()
        let file = try place.write("{\"mode\": \"p2pool\", \"p2pool\": {\"pools\": \(list)}}", to: "c.json")
        let outcome = try BuiltProgram.run(["check", "--offline", "-c", file.path])
        #expect(outcome.status == 1 && outcome.errors.hasSuffix("c.json: 1 error; the proxy would not start\n"))
    }

    // Fault O08.
    @Test("Without HOME the state is kept below the user's home directory, not below the root")
    func withoutHome() throws {
        let home = String(cString: try #require(getpwuid(geteuid())?.pointee.pw_dir))
        let outcome = try BuiltProgram.run(["check", "--offline", "--mode", "p2pool"], environment: [:])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("state       \(home)/.local/state/stratum-proxy\n"))
    }

    // Fault O06.
    @Test("O6: a configuration comes from standard input and from a pipe as well")
    func pipes() throws {
        let program = try BuiltProgram.url.path
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        let text = "{\\\"mode\\\": \\\"p2pool\\\"}"
        shell.arguments = [
            "-c",
            "echo \"\(text)\" | '\(program)' check --offline - && '\(program)' check --offline <(sleep 0.2; echo \"\(text)\")",
        ]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        #expect(said.components(separatedBy: "the configuration is good").count == 3, "\(said)")
    }

    // Fault O05.
    @Test("O5: import prints ours and says what is left to do; what it makes passes the check")
    func imported() throws {
        let place = try TemporaryDirectory()
        let old = try place.write(
            "wallet \(wallet)\nhost 127.0.0.1\ndata-api /var/lib/p2pool/api\nlocal-api\n", to: "params")
        let outcome = try BuiltProgram.run(["import", old.path])
        #expect(
            outcome.status == 0 && outcome.errors.contains("is p2pool's list of parameters; ours is on standard output")
        )
        let ours = try place.write(outcome.output, to: "config.json")
        #expect(try BuiltProgram.run(["check", "--offline", ours.path]).status == 0)
        let again = try BuiltProgram.run(["import", ours.path])
        #expect(again.status == 1 && again.errors.contains("is this proxy's own configuration already"))
    }

    @Test("With nothing at all it says how to begin")
    func nothing() throws {
        let outcome = try BuiltProgram.run(["check", "--offline"], environment: ["HOME": "/nonexistent"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--wallet") && outcome.errors.contains("stratum-proxy demo"))
    }

    @Test("What would run is shown, with the wallet shortened and no password")
    func good() throws {
        let place = try TemporaryDirectory()
        try place.write(
            """
            { "wallet": "\(wallet)", "access-password": "hunter2", "exclusive": ["farm"],
              "p2pool": {"pools": [{"url": "10.0.0.2", "pass": "hunter2"}, {"url": "10.0.0.3:3334", "tls": true}]} }
            """, to: "config.json")
        let outcome = try BuiltProgram.run(
            ["check", "--offline"], environment: ["HOME": place.url.path], in: place.url)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        for part in [
            "0.0.0.0:3355", "with the access password", "farm", "44AFFq5k…QBEP3A",
            "10.0.0.2:3333 plain as stratum-proxy",
            "else 10.0.0.3:3334 TLS", "na.xmrvsbeast.com:4247 TLS as 44AFFq5k",
            "config.json: the configuration is good, the proxy would start",
        ] {
            #expect(outcome.output.contains(part), "\(part) is missing in:\n\(outcome.output)")
        }
        #expect(!outcome.output.contains("hunter2") && !outcome.output.contains(wallet))
    }

    @Test("What the schedule's keys come to is told in sentences")
    func schedule() throws {
        func output(_ keys: String) throws -> String {
            let place = try TemporaryDirectory()
            let file = try place.write("{\"wallet\": \"\(wallet)\", \(keys)}", to: "c.json")
            let outcome = try BuiltProgram.run(
                ["check", "--offline", "-c", file.path], environment: ["HOME": place.url.path])
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            return outcome.output
        }
        let standard = try output("\"p2pool\": {\"buffer\": 25}")
        for part in [
            "just enough for the highest tier that is worth its price", "one every 60 s at most, 5 s or longer",
            "keeps the hashrate that finds 1.25 shares per PPLNS window (buffer 25 %): none in it 28.7 % of the time",
            "taken from p2pool's figures", "taken from XvB's figures", "0.4 % more than the tier's hashrate",
            "XvB API     https://xmrvsbeast.com every 60 s",
        ] {
            #expect(standard.contains(part), "\(part) is missing in:\n\(standard)")
        }
        let chosen = try output(
            """
            "tier": "whale", "cycle": 300, "min-slice": 20, "p2pool": {"confidence": 0.95, "external-hashrate": 0},
            "xvb": {"external-hashrate": 5000, "api": null}
            """)
        for part in [
            "just enough for whale (100 kH/s), or for a lower tier while that is not worth its price",
            "one every 300 s at most, 20 s",
            "keeps the hashrate that finds 3.00 shares per PPLNS window (confidence 0.95): none in it 5 % of the time",
            "other miners with this wallet: none", "other miners with this wallet: 5 kH/s", "XvB API     none",
        ] {
            #expect(chosen.contains(part), "\(part) is missing in:\n\(chosen)")
        }
    }

    @Test("What goes through a SOCKS5 proxy is shown, without its password; an .onion address without one is an error")
    func socks5() throws {
        let place = try TemporaryDirectory()
        let environment = ["HOME": place.url.path]
        let good = try place.write(
            """
            {"wallet": "\(wallet)", "socks5": "me:hunter2@127.0.0.1:9050",
             "p2pool": {"pools": [
               {"url": "abc.onion"}, {"url": "10.0.0.3", "socks5": "tor:9051"}, {"url": "10.0.0.4"}]}}
            """, to: "good.json")
        let output = try BuiltProgram.run(["check", "--offline", "-c", good.path], environment: environment).output
        let general = "through SOCKS5 127.0.0.1:9050 with user and password\n"
        for part in [
            "abc.onion:3333 plain as stratum-proxy, " + general,
            "10.0.0.3:3333 plain as stratum-proxy, through SOCKS5 tor:9051\n", "10.0.0.4:3333 plain as stratum-proxy\n",
            "keepalive every 60 s, " + general,
            "(not queried now), " + general,
        ] {
            #expect(output.contains(part), "\(part) is missing in:\n\(output)")
        }
        #expect(!output.contains("hunter2"))
        let bad = try place.write(
            "{\"mode\": \"p2pool\", \"p2pool\": {\"pools\": [\n{\"url\": \"abc.onion\"}]}}", to: "bad.json")
        let outcome = try BuiltProgram.run(["check", "--offline", "-c", bad.path], environment: environment)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("bad.json:2:9: error: p2pool.pools[0].url: a .onion address"))
    }

    // MARK: p2pool's directory

    private func writeAPI(in place: TemporaryDirectory, wallet: String) throws {
        try place.write(
            "{\"pool_list\":[\"pplns\"],\"pool_statistics\":{\"hashRate\":8550000,\"miners\":1,\"totalHashes\":1,"
                + "\"lastBlockFoundTime\":0,\"lastBlockFound\":0,\"totalBlocksFound\":0,\"pplnsWeight\":1,"
                + "\"pplnsWindowSize\":2160,\"sidechainDifficulty\":85500000,\"sidechainHeight\":10000}}",
            to: "api/pool/stats")
        try place.write(
            "{\"hashrate_15m\":1,\"hashrate_1h\":1,\"hashrate_24h\":1,\"last_share_found_time\":\(Int(Date().timeIntervalSince1970) - 600),"
                + "\"block_reward_share_percent\":0.5,\"wallet\":\"\(wallet)\"}", to: "api/local/stratum")
        try place.write("{\"connections\":10,\"zmq_last_active\":1}", to: "api/local/p2p")
    }

    private func check(_ place: TemporaryDirectory) throws -> BuiltProgram.Outcome {
        try BuiltProgram.run(
            ["check", "--offline", "--wallet", wallet, "--p2pool-api", place.url.appendingPathComponent("api").path],
            environment: ["HOME": place.url.path])
    }

    @Test("A p2pool that is well is told with its difficulty and its share")
    func goodDirectory() throws {
        let place = try TemporaryDirectory()
        try writeAPI(in: place, wallet: wallet)
        let outcome = try check(place)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("sidechain difficulty 85.5M, share in window: yes"), "\(outcome.output)")
        // 85.5e6 / (2160 × 10 s) × 1.25 for p2pool.
        let needs = "p2pool needs 4.95 kH/s of your rigs; to hold a tier most of the time you need about donor "
        #expect(outcome.output.contains(needs), "\(outcome.output)")
        #expect(outcome.output.contains("; its hashrate is lost to p2pool"))
        #expect(outcome.output.hasSuffix("the configuration is good, the proxy would start\n"))
        #expect(!outcome.output.contains("!"), "\(outcome.output)")
    }

    @Test("What keeps a node from good work is told as the daemon tells it")
    func nodeTroubles() throws {
        let place = try TemporaryDirectory()
        try writeAPI(in: place, wallet: wallet)
        try place.write("{\"connections\":0,\"zmq_last_active\":1795889256}", to: "api/local/p2p")
        let output = try check(place).output
        #expect(output.contains("!           p2pool has no peers"))
        #expect(output.contains("!           p2pool has never heard from monerod"))
        try place.write("{\"connections\":10}", to: "api/local/p2p")
        #expect(try check(place).output.contains("this p2pool doesn't report zmq_last_active (it does since v4.3)"))
    }

    @Test("Another wallet at p2pool than in the configuration is pointed out")
    func otherWallet() throws {
        let place = try TemporaryDirectory()
        try writeAPI(in: place, wallet: "4" + String(repeating: "B", count: 94))
        let output = try check(place).output
        #expect(output.contains("p2pool mines to 4BBBBBBB…BBBBBB, the configuration says 44AFFq5k…QBEP3A"))
    }

    @Test("A p2pool without --local-api is told what it lacks")
    func noLocalAPI() throws {
        let place = try TemporaryDirectory()
        try writeAPI(in: place, wallet: wallet)
        try FileManager.default.removeItem(at: place.url.appendingPathComponent("api/local"))
        #expect(try check(place).output.contains("local/stratum is missing: start p2pool with --local-api as well"))
    }

    @Test("A directory that is not there is named")
    func noDirectory() throws {
        let place = try TemporaryDirectory()
        let path = place.url.appendingPathComponent("api").path
        let output = try check(place).output
        #expect(output.contains("!           there is no directory \(path)"))
        #expect(
            output.hasSuffix("would start; 1 line above needs attention (a warning or !)\n"), "\(output)")
    }
}

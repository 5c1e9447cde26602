import Foundation
import Testing

@Suite("README's commands")
struct ReadmeCommandsTests {
    /// What runs a command of README.
    private enum Runner {
        /// A test of this suite, as it stands there.
        case here
        /// Tests of this file, with other numbers or another place.
        case tests(String)
        /// `scripts/walk`, before a release: it needs another system, an engine or the whole of the tests, which no test is.
        case walk
    }

    private static let runners: [String: Runner] = [
        "apt install ./stratum-proxy_0.1.0_amd64.deb": .walk,
        "apt-get install git curl": .walk,
        "git clone REPOSITORY-URL stratum-proxy": .walk,
        "cd stratum-proxy": .walk,
        "docker run --rm -it -v stratum-proxy:/data IMAGE setup -c /data/config.json --p2pool P2POOL-HOST:3333": .walk,
        "docker run -d --read-only --restart unless-stopped -p 3355:3355 -v stratum-proxy:/data IMAGE": .walk,
        "journalctl -fu stratum-proxy": .walk,
        "systemctl reload stratum-proxy": .walk,
        "scripts/run": .walk,
        "scripts/test": .walk,
        "scripts/run setup": .tests("Commands/SetupCommandTests"),
        "stratum-proxy setup": .tests("Commands/SetupCommandTests"),
        "scripts/package": .tests("Deploy/PackageTests"),
        "scripts/run trust HOST:PORT": .tests("Daemon/PoolTrustTests"),
        "stratum-proxy check -c config.json": .tests("Commands/CheckTrialTests"),
        "stratum-proxy status": .tests("Status/StatusCommandTests"),
        "stratum-proxy status --json": .tests("Status/StatusCommandTests"),
        "stratum-proxy status rigs": .tests("Status/StatusCommandTests"),
        "stratum-proxy status --watch": .tests("Status/StatusWatchTests"),
        "stratum-proxy notify --test": .tests("Commands/NotifyCommandTests"),
        "stratum-proxy demo": .tests("Demo/DemoCommandTests"),
        "stratum-proxy demo --http": .tests("HTTP/AdminPortTests"),
        "stratum-proxy demo --rigs 2000 --open-pools --windows 2": .tests("Demo/DemoCommandTests"),
        "stratum-proxy simulate": .tests("Commands/SimulateCommandTests"),
        "stratum-proxy simulate --suite --seeds 4": .tests("Commands/SimulateCommandTests"),
        "stratum-proxy simulate --goals": .tests("Commands/SimulateCommandTests"),
        "stratum-proxy import OLD-FILE": .here,
        "stratum-proxy plan --hashrate 10000 --sidechain-difficulty 85.5e6 --pplns-window 2160 --block-time 10": .here,
        comparison: .here,
    ]
    private static let comparison =
        "stratum-proxy simulate --world share-noise --hashrate 10000 --tier donor --xvb-share-difficulty 50000 --days 20 --seeds 3"

    /// The command lines, without what is the name of a program only.
    private static func commands() throws -> Set<String> {
        let programs = ["stratum-proxy", "apt", "apt-get", "docker", "git", "cd", "journalctl", "systemctl"]
        return Set(
            try DocumentedCommandsTests.commandLines("README.md").filter { words in
                guard let first = words.first else { return false }
                return first.hasPrefix("scripts/") || (programs.contains(first) && words.count > 1)
            }.map { $0.joined(separator: " ") })
    }

    private static func run(_ command: String, in place: URL? = nil) throws -> BuiltProgram.Outcome {
        try BuiltProgram.run(command.split(separator: " ").dropFirst().map(String.init), in: place)
    }

    // Fault N13.
    @Test("Each is run by a test, or is one that only another system can run")
    func complete() throws {
        let commands = try Self.commands()
        #expect(commands.subtracting(Self.runners.keys).isEmpty, "say here what runs it")
        #expect(Set(Self.runners.keys).subtracting(commands).isEmpty, "README has it no more")
        let tests = Repository.root.appendingPathComponent("Tests/ProxyIntegrationTests")
        for case .tests(let file) in Self.runners.values {
            let path = tests.appendingPathComponent(file + ".swift").path
            #expect(FileManager.default.fileExists(atPath: path), "\(file)")
        }
    }

    // Fault N13.
    @Test("Those that no test runs are the ones that scripts/walk finds in README and types")
    func walked() throws {
        let process = Process()
        process.executableURL = Repository.root.appendingPathComponent("scripts/walk")
        process.arguments = ["--list"]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let walked = Self.runners.compactMap { command, runner in
            if case .walk = runner { command } else { nil }
        }
        #expect(Set(lines) == Set(walked) && lines.count == walked.count, "\(lines)")
    }

    @Test("The plan is made")
    func plan() throws {
        let command = try #require(Self.runners.keys.first { $0.hasPrefix("stratum-proxy plan") })
        let outcome = try Self.run(command)
        #expect(outcome.status == 0 && outcome.lines.contains("tier       donor"), "\(outcome)")
    }

    @Test("An old file becomes a configuration that can be checked")
    func imported() throws {
        let place = try TemporaryDirectory()
        let pool = "{\"url\": \"127.0.0.1:3333\", \"user\": \"\(KnownWallet.donation)\"}"
        _ = try place.write(
            "{\"bind\": [{\"host\": \"0.0.0.0\", \"port\": 3355}], \"pools\": [\(pool)]}", to: "OLD-FILE")
        let made = try Self.run("stratum-proxy import OLD-FILE", in: place.url)
        #expect(made.status == 0, "\(made)")
        _ = try place.write(made.output, to: "config.json")
        let checked = try Self.run("stratum-proxy check --offline -c config.json", in: place.url)
        #expect(checked.status == 0, "\(checked)")
    }

    @Test("The table of the comparison is what its command prints")
    func table() throws {
        let outcome = try Self.run(Self.comparison)
        #expect(outcome.status == 0)
        let rows = try DocumentedCommandsTests.text("README.md").split(separator: "\n")
        for (policy, row) in [
            ("ours", "| this |"), ("draft", "| the draft"), ("gupaxx", "| Gupaxx 1.13 |"), ("pithead", "| Pithead |"),
        ] {
            let figures = try #require(outcome.lines.first { $0.hasPrefix(policy + " ") })
                .split(separator: " ").filter { !["%", "x"].contains($0) }
            let cells = try #require(rows.last { $0.hasPrefix(row) }).split(separator: "|").dropFirst()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            // 1 h below the tier in percent, sent, price.
            let printed = try [1, 3, 4].map { try #require(Double(figures[$0])) }
            let shown = try cells.map { cell in
                let number = cell.split(separator: " ")[0]
                let places = number.split(separator: ".").last?.count ?? 0
                return (try #require(Double(number)), places)
            }
            try #require(shown.count == 3)
            for (value, (written, places)) in zip(printed, shown) {
                #expect(
                    abs(value - written) <= 0.5 * pow(10, -Double(places)) + 1e-9,
                    "\(policy): \(value), README \(written)")
            }
        }
    }
}

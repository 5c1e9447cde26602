import Glibc

/// Measures proxies side by side: `LoadGenerator --help`.
@main
struct LoadGenerator {
    static let usage = """
        usage: LoadGenerator [options] [scenario ...]

        Puts a proxy between fake pools and fake rigs on this machine's loopback and measures what it costs.
        Scenarios (default: all): memory tls jobs submits logins idle switches

          --proxy FILE      the stratum-proxy to measure (default .build/release/stratum-proxy)
          --against FILE    an xmrig-proxy to measure in the same runs
          --repeat N        runs of each, the median is printed (default 3)
          --rigs N          plain rigs (10000)       --tls-rigs N   rigs with TLS (1000)
          --jobs N          jobs fanned out (100)    --shares N     shares submitted (200000)
          --idle N          seconds idle (10)        --start N      seconds to start in (10)
          --log-level LEVEL of the stratum-proxy (info; an xmrig-proxy logs no logins and no shares)
          --soak MINUTES    instead: faults at random, then a look at memory, descriptors and books; --seed N repeats one
          --under COMMAND   run the stratum-proxy under this, for example "valgrind --tool=callgrind"
        """

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say("LoadGenerator: \(error)", to: STDERR_FILENO)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        var load = Load()
        var proxy = ".build/release/stratum-proxy"
        var against: String?
        var wrapper: [String] = []
        var logLevel = "info"
        var repeats = 3
        var scenarios: [Scenario] = []
        var soakMinutes: Int?
        var seed = UInt64(Clock.seconds * 1e6)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if let scenario = Scenario(rawValue: argument) {
                scenarios.append(scenario)
                continue
            }
            guard argument != "--help", let value = rest.popFirst() else { return say(usage) }
            switch argument {
            case "--proxy": proxy = value
            case "--against": against = value
            case "--under": wrapper = value.split(separator: " ").map(String.init)
            case "--log-level": logLevel = value
            case "--soak": soakMinutes = try number(value)
            case "--seed": seed = UInt64(try number(value))
            case "--repeat": repeats = try number(value)
            case "--rigs": load.rigs = try number(value)
            case "--tls-rigs": load.tlsRigs = try number(value)
            case "--jobs": load.jobs = try number(value)
            case "--shares": load.shares = try number(value)
            case "--idle": load.idleSeconds = Double(try number(value))
            case "--start": load.startSeconds = Double(try number(value))
            default: return say(usage)
            }
        }
        if let soakMinutes {
            say("soak of \(soakMinutes) min, seed \(seed)")
            let soak = try Soak(try absolute(proxy), seed: seed)
            guard try soak.run(minutes: Double(soakMinutes), say: { say($0) }) else { exit(1) }
            return
        }
        var candidates = [
            Candidate(kind: .stratumProxy, path: try absolute(proxy), wrapper: wrapper, logLevel: logLevel)
        ]
        if let against {
            let path = try absolute(against)
            candidates.append(Candidate(kind: .xmrigProxy, path: path, wrapper: [], logLevel: logLevel))
        }
        for scenario in scenarios.isEmpty ? Scenario.allCases : scenarios {
            try measure(scenario, candidates, load, repeats: repeats)
        }
    }

    /// Runs the candidates in turn, so that a machine whose speed drifts treats them alike, and prints the medians.
    private static func measure(_ scenario: Scenario, _ candidates: [Candidate], _ load: Load, repeats: Int) throws {
        var runs = [[[Figure]]](repeating: [], count: candidates.count)
        for _ in 0..<repeats {
            for (index, candidate) in candidates.enumerated() { runs[index].append(try scenario.run(candidate, load)) }
        }
        say("\n\(scenario.rawValue): median of \(repeats) (smallest ... largest)")
        for (candidate, runs) in zip(candidates, runs) {
            for (place, figure) in (runs.first ?? []).enumerated() {
                let values = runs.map { $0[place].value }
                say(
                    "  \(padded(candidate.name, 14))\(padded(figure.name, 44))\(decimal(values.median)) \(figure.unit)"
                        + "  (\(decimal(values.min() ?? 0)) ... \(decimal(values.max() ?? 0)))")
            }
        }
    }

    /// Writes a line at once, whoever reads.
    private static func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        let line = Array((text + "\n").utf8)
        _ = write(descriptor, line, line.count)
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw BenchError("'\(text)' is no number") }
        return number
    }

    private static func absolute(_ path: String) throws -> String {
        guard let full = realpath(path, nil) else { throw BenchError("no file \(path)") }
        defer { free(full) }
        return String(cString: full)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// Three figures that mean something.
    private static func decimal(_ value: Double) -> String {
        let scale = value >= 100 ? 1.0 : value >= 10 ? 10.0 : 100.0
        let rounded = (value * scale).rounded() / scale
        return scale == 1 ? "\(Int(rounded))" : "\(rounded)"
    }
}

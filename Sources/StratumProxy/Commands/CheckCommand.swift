import ArgumentParser
import EventLoop
import Glibc

/// `stratum-proxy check`: what is wrong with a configuration, or what would run with it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration: try ports, pools and APIs, and show what would run.",
        discussion: """
            It listens on each port and stops, logs in at each pool and leaves, asks each API, and looks at rights, clocks \
            and the wallet.
            Exit status: 0 where the proxy would start and mine, and has the figures that it is to split by (with --offline: \
            start), 1 where it would not.
            """)

    @Argument(help: "The configuration file, as with -c; - is standard input.", completion: .file())
    var file: String?

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Show what each key is, and where that comes from.")
    var keys = false

    @Flag(help: "Don't try anything: only look at the configuration and at this machine's files.")
    var offline = false

    @Flag(help: "Print only what is wrong: for scripts, and before a reload.")
    var quiet = false

    func run() throws {
        let loaded = try options.load(named: file)
        let name = loaded.file ?? "the command line"
        guard let settings = loaded.settings else {
            loaded.problemLines.forEach(StandardError.print)
            throw refusal(of: name, errors: loaded.problems.count { $0.severity == .error })
        }
        if case .files(let certificate, let key) = settings.tls {
            do throws(TLSFailure) {
                _ = try TLSContext.server(certificateFile: certificate, keyFile: key)
            } catch {
                loaded.problemLines.forEach(StandardError.print)
                StandardError.print(
                    CheckWords.badTLS(name, line: loaded.values["tls.cert"]?.source.line, TLSWords.text(error)))
                throw refusal(of: name, errors: 1)
            }
        }
        let tried = offline ? nil : try Self.tried(settings)
        let findings = CheckFindings(settings)
        let summary = SettingsSummary(settings, findings, tried).lines
        let terminal = Terminal.at(STDOUT_FILENO)
        for line in loaded.problemLines + summary
        where !quiet || line.hasPrefix("!") || loaded.problemLines.contains(line) {
            print(terminal.shown(line))
        }
        if keys { Self.lines(loaded).forEach { print($0) } }
        if let tried, !tried.canListen(settings) {
            StandardError.print(CheckWords.cannotListen(name), isError: true)
            throw ExitCode.failure
        }
        if let tried, !tried.canMine(.p2pool) {
            StandardError.print(CheckWords.cannotMine(name), isError: true)
            throw ExitCode.failure
        }
        if tried != nil, Self.givesNothing(settings, tried, findings) {
            StandardError.print(CheckWords.cannotSplit(name), isError: true)
            throw ExitCode.failure
        }
        if quiet { return }
        let count = loaded.problemLines.count + summary.count { $0.hasPrefix("!") }
        let verdict = TextLayout.hanging(
            CheckWords.good(name, isTried: tried != nil, attention: count), indent: 4, width: terminal.width(usual: nil)
        )
        let paint = Paint(isOn: terminal.hasColors)
        print(count == 0 ? paint.good(verdict) : paint.attention(verdict))
    }

    /// Whether p2pool's API was named and can't be read, so that XvB gets nothing.
    private static func givesNothing(_ settings: Settings, _ tried: TrialFindings?, _ findings: CheckFindings) -> Bool {
        guard settings.mode == .default || settings.mode == .hero else { return false }
        switch settings.upstreams.p2pool.api {
        case .none: return false
        case .url: return tried?.p2poolReading == nil
        case .directory: return findings.p2pool?.reading == nil
        }
    }

    private static func tried(_ settings: Settings) throws -> TrialFindings {
        if isatty(STDERR_FILENO) == 1 { StandardError.print(CheckWords.tries(seconds: StartTrial.longest(settings))) }
        do {
            return try StartTrial.run(settings)
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// Each key of the table, its value, and who said so.
    private static func lines(_ loaded: LoadedConfiguration) -> [String] {
        ConfigurationKeys.all.compactMap { key in
            guard let value = loaded.values[key.path] else { return nil }
            let source =
                switch value.source {
                case .standard: "default"
                case .file(let line): "\(loaded.file ?? "the file"):\(line)"
                case .flag(let name): name
                }
            let unit = key.unit.isEmpty || value.shown == "null" ? "" : " \(key.unit)"
            return "\(key.path) = \(value.shown)\(unit)  (\(source))"
        }
    }

    /// Says how many errors there are; what to throw then.
    private func refusal(of name: String, errors count: Int) -> ExitCode {
        StandardError.print(CheckWords.bad(name, errors: count), isError: true)
        return .failure
    }
}

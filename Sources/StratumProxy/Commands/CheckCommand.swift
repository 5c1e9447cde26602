import ArgumentParser

/// `stratum-proxy check`: what is wrong with a configuration, or what would run with it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration and show what would run.",
        discussion: "Exit status: 0 where the proxy would start, 1 where it would not.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let loaded = try options.load()
        let name = loaded.file ?? "the command line"
        guard let settings = loaded.settings else {
            loaded.problemLines.forEach(StandardError.print)
            let count = loaded.problems.count { $0.severity == .error }
            StandardError.print("\(name): \(count == 1 ? "1 error" : "\(count) errors"); the proxy would not start")
            throw ExitCode.failure
        }
        for line in loaded.problemLines + SettingsSummary(settings).lines { print(line) }
        print("\(name): the proxy would start with this")
    }
}

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
        let summary = SettingsSummary(settings).lines
        for line in loaded.problemLines + summary { print(line) }
        let count = loaded.problemLines.count + summary.count { $0.hasPrefix("!") }
        let attention =
            switch count {
            case 0: ""
            case 1: ", but 1 line above (a warning or !) wants a look"
            case _: ", but \(count) lines above (warnings and !) want a look"
            }
        print("\(name): the proxy would start with this\(attention)")
    }
}

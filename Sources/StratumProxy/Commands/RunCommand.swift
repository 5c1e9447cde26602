import ArgumentParser

/// `stratum-proxy run`: placeholder until the daemon is wired in; it checks the configuration and says so.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the proxy.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        _ = try options.settings()
        throw CommandFailure("the daemon is not part of this build yet")
    }
}

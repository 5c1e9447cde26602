import ArgumentParser
import Glibc

/// The program: `stratum-proxy [run] | setup | demo | status | plan | simulate | check`.
@main
struct StratumProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stratum-proxy",
        abstract: "One Stratum port for your rigs; their hashrate goes to your p2pool and to the XvB raffle.",
        discussion: """
            Rigs log in once and stay connected. At the planned second every rig gets a job of the other pool.

            With no command it is `run`. Try `stratum-proxy demo` first: it needs no pool, no rig and no wallet.
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, SetupCommand.self, DemoCommand.self, StatusCommand.self, HealthCheckCommand.self,
            PlanCommand.self, SimulateCommand.self, CheckCommand.self, NotifyCommand.self, TrustCommand.self,
            ImportCommand.self, KeysCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static func main() {
        ProcessStart.secure()
        do {
            if let fault = CommandName.fault(words: CommandLine.arguments) { throw fault }
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            StandardError.print("Error: \(failure)", isError: true)
            Glibc.exit(failure.status)
        } catch {
            exit(withError: error)
        }
    }
}

/// The first word of the command line.
enum CommandName {
    /// What to say of a command line that can't be obeyed, the program's own name first; nil where it can.
    ///
    /// Swift reads it from /proc: without that it is empty, and any command would be `run`.
    static func fault(words: [String]) -> CommandFailure? {
        guard !words.isEmpty else { return CommandFailure(ConfigurationWords.noCommandLine) }
        return fault(words.dropFirst().first)
    }

    /// What to say of one that is no command and no option; nil where it is one.
    static func fault(_ word: String?) -> CommandFailure? {
        guard let word, !word.hasPrefix("-") else { return nil }
        let names = StratumProxyCommand.configuration.subcommands.map { $0._commandName }
        guard !names.contains(word), word != "help" else { return nil }
        let isFile = access(word, F_OK) == 0
        let nearest = Suggestion.nearest(to: word, among: names)
        return CommandFailure(
            ConfigurationWords.noCommand(word, isFile: isFile, nearest: nearest),
            status: ExitCode.validationFailure.rawValue)
    }
}

/// What the parent process leaves to the program, made safe before anything else happens.
enum ProcessStart {
    static func secure() {
        openStandardStreams()
        takeSignals()
    }

    /// Opens /dev/null for those of the three streams that are closed, so that no socket gets their numbers and is
    /// written to as if it were the terminal.
    private static func openStandardStreams() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is taken, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// A reader that leaves (`| head`) ends one write only. And signals that a parent has blocked, as
    /// worker threads of some supervisors do, stay blocked in its children: SIGTERM would never come.
    private static func takeSignals() {
        signal(SIGPIPE, SIG_IGN)
        for number in ProcessSignals.idle { signal(number, SIG_IGN) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }
}

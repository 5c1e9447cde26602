import ArgumentParser
import Glibc

/// The program: `stratum-proxy [run] | demo | plan | check`.
@main
struct StratumProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stratum-proxy",
        abstract: "One Stratum port for your rigs; their hashrate goes to your p2pool and to the XvB raffle.",
        discussion: """
            Rigs log in once and stay connected. At the planned second every rig gets a job of the other pool.

            With no command it is `run`. Try `stratum-proxy demo` first: it needs no pool, no rig and no wallet.
            """,
        version: "stratum-proxy \(Version.current)",
        subcommands: [RunCommand.self, DemoCommand.self, PlanCommand.self, CheckCommand.self],
        defaultSubcommand: RunCommand.self)

    static func main() {
        StandardStreams.secure()
        main(nil)
    }
}

/// The three standard streams, made safe before anything else happens.
enum StandardStreams {
    /// Opens /dev/null for those that are closed, so that no socket gets their numbers and is written to as if it were
    /// the terminal; and ignores SIGPIPE, so that a reader that leaves (`| head`) is an error of one write only.
    static func secure() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is taken, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
        signal(SIGPIPE, SIG_IGN)
    }
}

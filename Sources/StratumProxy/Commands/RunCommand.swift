import ArgumentParser
import EventLoop
import Glibc

/// `stratum-proxy run`: the daemon, until a signal stops it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the proxy.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let settings = try options.settings()
        let loop: EventLoop
        let daemon: Daemon
        let log = StandardOutputLog(level: settings.logLevel)
        do {
            loop = try EventLoop()
            daemon = Daemon(settings: settings, loop: loop, log: log, seed: UInt64.random(in: .min ... .max))
            log.line(.info, .proxy, "stratum-proxy \(Version.current), mode \(settings.mode.key)")
            for address in try daemon.start() { log.line(.info, .proxy, "rigs connect to \(address)") }
            try daemon.watchSignals()
        } catch {
            throw CommandFailure("\(error)")
        }
        loop.run()
        loop.shutdown()
        withExtendedLifetime(daemon) {}
    }
}

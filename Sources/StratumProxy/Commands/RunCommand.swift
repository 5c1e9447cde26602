import ArgumentParser
import EventLoop

/// `stratum-proxy run`: the daemon, until a signal stops it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the proxy.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let loaded = try options.loaded()
        let settings = loaded.settings
        let loop: EventLoop
        let daemon: Daemon
        let service: ServiceLife
        let log = StandardOutputLog(level: settings.logLevel, colors: settings.colors)
        defer { log.finish() }
        DescriptorLimit.raiseToMost()
        do {
            loop = try EventLoop()
            log.line(.info, .proxy, ProxyWords.banner(mode: settings.mode.key))
            daemon = Daemon(
                settings: settings, configuration: loaded.file.map(AbsolutePath.of), loop: loop, log: log,
                seed: UInt64.random(in: .min ... .max))
            try log.keepFlushing(on: loop)
            let notifier = ServiceNotifier(environment: .process)
            service = ServiceLife(loop: loop, notifier: notifier)
            daemon.observer = service
            let addresses = try daemon.start()
            for address in addresses { log.line(.info, .proxy, ProxyWords.listening(at: "\(address)")) }
            let reload = ConfigurationReload(
                daemon, values: loaded.values, load: { options.load(again: loaded.file) }, setLevel: { log.level = $0 })
            try daemon.watchSignals(reload: reload)
            try service.ready(at: addresses)
        } catch {
            throw CommandFailure("\(error)")
        }
        loop.run()
        loop.shutdown()
        withExtendedLifetime((daemon, service)) {}
    }
}

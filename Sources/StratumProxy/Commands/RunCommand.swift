import ArgumentParser
import EventLoop

/// `stratum-proxy run`: the daemon, until a signal stops it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the proxy.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(
        help: ArgumentHelp(
            "Take over from the proxy that runs with the same state directory.",
            discussion:
                "It hands over its ports and its history and stops; no connection is refused meanwhile. Where none "
                + "runs this starts as usual."))
    var takeover = false

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
            let inherited = try inheritedSockets(settings, log)
            daemon = Daemon(
                settings: settings, configuration: loaded.file.map(AbsolutePath.of), inherited: inherited, loop: loop,
                log: log, seed: UInt64.random(in: .min ... .max))
            try log.keepFlushing(on: loop)
            let notifier = ServiceNotifier(environment: .process)
            service = ServiceLife(loop: loop, notifier: notifier)
            daemon.observer = service
            let addresses = try daemon.start()
            for address in addresses { log.line(.info, .proxy, ProxyWords.listening(at: "\(address)")) }
            let unused = inherited.closeRest()
            for socket in unused where !inherited.taken.contains(socket.address) {
                log.line(.warning, .proxy, TakeoverWords.notInBind(socket.address))
            }
            // What systemd has passed it has already.
            service.keep(daemon.sockets.filter { !inherited.taken.contains($0.address) }, unused: unused)
            let reload = ConfigurationReload(
                daemon, values: loaded.values, load: { options.load(again: loaded.file) }, setLevel: { log.level = $0 })
            try daemon.watchSignals(reload: reload)
            try service.ready(at: addresses)
        } catch {
            throw CommandFailure(TLSWords.text(error))
        }
        loop.run()
        loop.shutdown()
        withExtendedLifetime((daemon, service)) {}
    }

    /// What listens already: at the proxy before, or left with systemd.
    private func inheritedSockets(_ settings: Settings, _ log: any DaemonLog) throws -> InheritedSockets {
        guard takeover else { return InheritedSockets(environment: .process) }
        let path = ControlSocket.ofDaemon(stateDirectory: settings.stateDirectory, environment: .process).takeoverPath
        guard let takeover = try Takeover(at: path) else {
            log.line(.info, .proxy, TakeoverWords.nobody(path))
            return InheritedSockets(environment: .process)
        }
        let addresses = takeover.sockets.rest.map(\.address)
        log.line(.info, .proxy, TakeoverWords.taken(addresses, hasEnded: takeover.hasEnded))
        return takeover.sockets
    }
}

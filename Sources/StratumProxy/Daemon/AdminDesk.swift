import EventLoop
import ProxyTerms

/// Keeps the admin port open. Where its address can't be had yet (the proxy before still has it, an interface is not up) it tries
/// again, each time after a longer wait, and the rigs mine meanwhile.
final class AdminDesk {
    private static let wait = DoublingWait(first: 1, longest: 60)

    private let loop: EventLoop
    private let settings: HTTPSettings
    private let log: LogEvents
    private let sources: AdminPort.Sources
    private var port: AdminPort?
    private var timer: LoopTimer?
    private var failures = 0

    init(_ loop: EventLoop, _ settings: HTTPSettings, log: LogEvents, sources: AdminPort.Sources) {
        self.loop = loop
        self.settings = settings
        self.log = log
        self.sources = sources
    }

    /// Opens the port, with the socket of `inherited` that listens there, else with one of its own.
    ///
    /// - Throws: where the operator chose an address that can't be had, unless this proxy follows another one: rigs come first.
    func open(_ inherited: InheritedSockets) throws {
        do {
            try listen(inherited)
        } catch {
            let isOptional = settings.isStandard || !inherited.taken.isEmpty
            let text = AdminWords.cantListen(settings.address, "\(error)", goesOn: isOptional)
            guard isOptional else { throw StartFault(text: text, name: (error as? LoopError)?.name) }
            log.line(.warning, .proxy, text)
            timer = try LoopTimer(loop) { [weak self] in self?.tryAgain() }
            arm()
        }
    }

    private func arm() {
        timer?.arm(at: loop.now.adding(seconds: Self.wait.seconds(after: failures)))
        failures += 1
    }

    /// Its socket, for a proxy that follows; nil while there is none.
    var socket: (address: SocketAddress, descriptor: Int32)? { port?.socket }

    /// Where readers connect; nil where they can't.
    var endpoint: Endpoint? { socket.map { Endpoint(host: $0.address.host, port: $0.address.port) } }

    /// Answers nobody any more.
    func close() {
        timer?.close()
        port?.close()
    }

    private func tryAgain() {
        do {
            try listen(InheritedSockets())
        } catch {
            arm()
        }
    }

    private func listen(_ inherited: InheritedSockets) throws {
        let port = try AdminPort(loop, settings, sources, inherited)
        self.port = port
        if let address = port.socket?.address { log.line(.info, .proxy, AdminWords.listening(at: address)) }
    }
}

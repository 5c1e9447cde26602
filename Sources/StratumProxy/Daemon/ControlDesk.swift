import EventLoop

/// The daemon's sockets for programs of this machine: one that `stratum-proxy status` asks, one for an instance that takes over
/// (docs/architecture.md#takeover). The proxy mines without them where they can't be had, and tries again now and then.
final class ControlDesk {
    private let loop: EventLoop
    private let stateDirectory: String
    private let log: LogEvents
    private let report: () -> StatusReport?
    private let sockets: () -> [Int32]
    private let handedOver: () -> Void
    private var status: LocalListener?
    private var handover: Handover?
    private var saidNoStatus = false

    /// `sockets`: those that rigs connect to. `handedOver` is called when another instance has them.
    init(
        _ loop: EventLoop, stateDirectory: String, log: LogEvents, report: @escaping () -> StatusReport?,
        sockets: @escaping () -> [Int32], handedOver: @escaping () -> Void
    ) {
        self.loop = loop
        self.stateDirectory = stateDirectory
        self.log = log
        self.report = report
        self.sockets = sockets
        self.handedOver = handedOver
    }

    /// Puts both where they belong, unless they are there.
    func open() {
        let place = ControlSocket.ofDaemon(stateDirectory: stateDirectory, environment: .process)
        answerStatus(at: place)
        offerHandover(at: place.takeoverPath)
    }

    /// Takes both away.
    func close() {
        status?.close()
        handover?.close()
    }

    private func answerStatus(at place: ControlSocket) {
        if status?.isInPlace ?? false { return }
        status?.close()
        status = nil
        do {
            try DirectoryMaker.make(stateDirectory)
            status = try LocalListener(loop, path: place.path, isForGroup: place.isForGroup) { [weak self] in
                guard let report = self?.report() else { return [] }
                let json = report.json(mostRigBytes: StatusReport.mostRigBytes.socket)
                return Array((json + "\n" + report.lines.wire).utf8)
            }
            if saidNoStatus { log.line(.info, .proxy, ProxyWords.statusAgain) }
            log.line(.debug, .proxy, StatusWords.answers(at: place.path))
            saidNoStatus = false
        } catch {
            guard !saidNoStatus else { return }
            saidNoStatus = true
            let isTaken = (error as? LoopError)?.name == "EADDRINUSE"
            log.line(.warning, .proxy, ProxyWords.noStatus(place.path, "\(error)", isTaken: isTaken))
        }
    }

    private func offerHandover(at path: String) {
        if handover?.isInPlace ?? false { return }
        handover?.close()
        do {
            handover = try Handover(loop, path: path, sockets: sockets) { [weak self] in
                guard let self else { return }
                log.line(.info, .proxy, TakeoverWords.handedOver)
                handedOver()
            }
        } catch {
            // What keeps `status` from its socket keeps this one, and was told.
            log.line(.debug, .proxy, TakeoverWords.cantBeTakenOver(path, "\(error)"))
        }
    }
}

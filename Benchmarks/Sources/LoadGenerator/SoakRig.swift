/// A rig of a soak: it mines, and comes back when it is sent away. A bad one does other things as well.
final class SoakRig: LineReceiver {
    private unowned let soak: Soak
    private let name: String
    /// Bad rigs do what rigs do wrong.
    let isBad: Bool
    private var connection: Connection?
    private var lines = MinerLines()
    private var isLoggedIn = false
    /// When it does something next.
    private var dueAt: Double
    /// Submits on this connection that have no answer yet.
    private var unanswered = 0

    init(_ soak: Soak, name: String, isBad: Bool) {
        self.soak = soak
        self.name = name
        self.isBad = isBad
        dueAt = Clock.seconds + soak.draw(0...3)
    }

    /// Whether it has work.
    var mines: Bool { isLoggedIn && lines.hasJob }

    /// Does what is due.
    func step(_ now: Double) {
        guard now >= dueAt else { return }
        dueAt = now + soak.draw(0.3...2)
        guard let connection else { return connect() }
        guard isLoggedIn else { return }
        if isBad, soak.draw(0...1) < 0.3 { return misbehave(connection) }
        submit(.good)
    }

    func leave() {
        soak.tally.unanswered += unanswered
        unanswered = 0
        connection?.close()
        connection = nil
        isLoggedIn = false
        lines = MinerLines()
    }

    private func connect() {
        guard let descriptor = try? Sockets.connect(port: soak.port) else { return }
        connection = Connection(soak.reactor, descriptor, isConnected: false, self)
    }

    private func submit(_ kind: MinerLines.Share) {
        guard mines, unanswered < 8 else { return }
        connection?.send(lines.share(kind))
        unanswered += 1
        soak.tally.sent += 1
    }

    /// What rigs do wrong; each ends or not, as the proxy likes.
    private func misbehave(_ connection: Connection) {
        switch Int(soak.draw(0...9)) {
        case 0: connection.send([UInt8](repeating: 0x7B, count: 20_000))
        case 1: connection.send((0..<400).map { _ in UInt8(soak.draw(0...255)) } + [10])
        case 2: submit(.repeated)
        case 3: submit(.low)
        case 4: submit(.foreign)
        case 5: for _ in 0..<8 { submit(.good) }
        case 6:
            // Half a line, then gone.
            connection.send(Array("{\"id\":9,\"method\":\"submit\",\"params\":{\"id".utf8))
            leave()
        case 7: connection.send(Array("{\"id\":7,\"method\":3}\n{\"id\":8,\"method\":\"getjob\"}\n".utf8))
        default: leave()
        }
    }

    func opened(_ connection: Connection) {
        guard isBad, soak.draw(0...1) < 0.3 else { return connection.send(MinerLines.login(name)) }
        // Half a TLS handshake, HTTP, or not a word: the proxy has to end it.
        switch Int(soak.draw(0...3)) {
        case 0: connection.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
        case 1: connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        default: break
        }
    }

    func received(_ line: UnsafeRawBufferPointer, on connection: Connection) {
        if Text.end(of: "\"method\":\"job\"", in: UnsafeRawBufferPointer(rebasing: line.prefix(48))) != nil {
            lines.take(line)
        } else if !isLoggedIn, Text.end(of: "\"job\":{", in: line) != nil {
            isLoggedIn = true
            lines.takeLogin(line)
        } else if isLoggedIn, unanswered > 0, Text.end(of: "\"job\":{", in: line) == nil,
            Text.end(of: "\"id\":7,", in: line) == nil,
            Text.end(of: "\"blob\"", in: line) == nil, Text.end(of: "\"id\":null", in: line) == nil
        {
            unanswered -= 1
            soak.tally.answered += 1
            if Text.end(of: "\"status\":\"OK\"", in: line) != nil { soak.tally.good += 1 }
        }
    }

    func drained(_ connection: Connection) {}

    func ended(_ connection: Connection) {
        guard self.connection === connection else { return }
        leave()
        dueAt = Clock.seconds + soak.draw(0.5...4)
    }
}

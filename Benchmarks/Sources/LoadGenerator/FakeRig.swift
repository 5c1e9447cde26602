/// One rig: logs in, takes every job, and submits on command a share that meets any target.
final class FakeRig: LineReceiver {
    private unowned let farm: RigFarm
    private let number: Int
    private var connection: Connection?
    private var lines = MinerLines()

    init(_ farm: RigFarm, number: Int, port: UInt16, tls: OpaquePointer?) throws {
        self.farm = farm
        self.number = number
        connection = Connection(
            farm.reactor, try Sockets.connect(port: port), isConnected: false, tls: tls, self)
    }

    /// Leaves without a word.
    func close() {
        connection?.close()
    }

    /// Logs in as xmrig 6.26 does.
    func logIn() {
        connection?.send(MinerLines.login("rig\(number)"))
    }

    /// Submits a share for the newest job, with a nonce that was not used before.
    func submit() {
        connection?.send(lines.share())
    }

    func opened(_ connection: Connection) {
        farm.opened()
    }

    func received(_ line: UnsafeRawBufferPointer, on connection: Connection) {
        if Text.end(of: "\"method\":\"job\"", in: UnsafeRawBufferPointer(rebasing: line.prefix(48))) != nil {
            lines.take(line)
            farm.gotJob()
        } else if Text.end(of: "\"job\":{", in: line) != nil {
            lines.takeLogin(line)
            farm.loggedIn()
        } else {
            farm.gotVerdict(isGood: Text.end(of: "\"status\":\"OK\"", in: line) != nil, line)
        }
    }

    func drained(_ connection: Connection) {}

    func ended(_ connection: Connection) {
        farm.lost()
    }
}

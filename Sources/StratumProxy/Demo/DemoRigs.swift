import EventLoop
import ProxyTerms
import SimulatedPeers

/// Simulated rigs on real connections to the proxy's port: they connect, log in, mine and reconnect as the machine says.
final class DemoRigs: StreamHandler {
    /// One rig and its connection.
    private final class Member {
        var rig: SimulatedRig
        let usesTLS: Bool
        var stream: TCPStream?
        var timer: LoopTimer?

        init(_ settings: RigSettings, usesTLS: Bool) {
            rig = SimulatedRig(settings)
            self.usesTLS = usesTLS
        }
    }

    private let loop: EventLoop
    private let proxy: SocketAddress
    private let tls: TLSContext
    private lazy var kind = StreamKind(loop, handler: self)
    private var members: [Member] = []
    private var output: [UInt8] = []
    /// Called once, when no rig waits for a verdict any more; set by `halt`.
    private var whenQuiet: (() -> Void)?

    /// Rigs that connect to `proxy`, spread over a short time from now on.
    init(_ loop: EventLoop, farm: DemoFarm, proxy: SocketAddress) throws {
        self.loop = loop
        self.proxy = proxy
        tls = try TLSContext.client()
        let settings = farm.rigs
        members = settings.indices.map { Member(settings[$0], usesTLS: farm.usesTLS(rig: $0)) }
        for (index, member) in members.enumerated() {
            member.timer = try LoopTimer(loop) { [weak self] in self?.tick(index) }
            // A farm does not switch on at one instant; a thousand rigs take a second.
            member.timer?.arm(at: loop.now.adding(milliseconds: Int64(index)))
        }
    }

    /// What the rigs have counted.
    var counters: [RigCounters] { members.map(\.rig.counters) }
    /// Shares that wait for their verdict.
    var pending: Int { members.reduce(0) { $0 + $1.rig.pending } }
    /// Rigs that are logged in and have a job.
    var mining: Int { members.reduce(0) { $0 + ($1.rig.isMining ? 1 : 0) } }

    /// The rigs hand in no more shares, and listen on; `whenQuiet` is called when each has its answers.
    func halt(whenQuiet: @escaping () -> Void) {
        for member in members { member.timer?.close() }
        self.whenQuiet = whenQuiet
        tellIfQuiet()
    }

    /// Ends all connections.
    func close() {
        whenQuiet = nil
        for member in members {
            member.timer?.close()
            member.stream?.close()
        }
    }

    private func tellIfQuiet() {
        guard let whenQuiet, pending == 0 else { return }
        self.whenQuiet = nil
        whenQuiet()
    }

    private func tick(_ index: Int) {
        act(index) { $0.tick(now: loop.now, to: &$1) }
    }

    /// Lets a rig do something and carries out what comes of it.
    private func act(_ index: Int, _ body: (inout SimulatedRig, inout [UInt8]) -> Void) {
        let member = members[index]
        body(&member.rig, &output)
        if !output.isEmpty {
            member.stream?.write(output)
            output.removeAll(keepingCapacity: true)
        }
        if member.rig.wantsClose { member.stream?.close() }
        if member.rig.wantsConnection, member.stream == nil {
            member.stream = loop.connect(to: [proxy], kind: kind, token: UInt64(index))
        }
        member.timer?.arm(at: member.rig.nextDeadline)
    }

    // MARK: Sockets

    func connected(_ stream: TCPStream) {
        let index = Int(stream.token)
        if members[index].usesTLS {
            stream.startTLS(tls, serverName: "")
        } else {
            logIn(index)
        }
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {
        logIn(Int(stream.token))
    }

    private func logIn(_ index: Int) {
        act(index) { $0.connected(now: loop.now, to: &$1) }
    }

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        act(Int(stream.token)) { $0.received(bytes, now: loop.now, to: &$1) }
        tellIfQuiet()
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        let index = Int(stream.token)
        members[index].stream = nil
        act(index) { rig, _ in rig.closed(now: loop.now) }
        tellIfQuiet()
    }
}

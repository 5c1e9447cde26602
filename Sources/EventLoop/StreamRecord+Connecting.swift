import CLibuv
import Glibc
import ProxyTerms

/// An address that a connection was not made to.
public struct FailedAddress: Equatable, Sendable {
    /// The address.
    public let address: SocketAddress
    /// The name of its error, for example `ECONNREFUSED`; nil where it had not answered when the race was over.
    public let error: String?

    /// An address with its error.
    public init(address: SocketAddress, error: String?) {
        self.address = address
        self.error = error
    }
}

/// Makes one connection: sockets to some of the addresses at a time, as `ConnectRace` wants it.
///
/// The stream's handle has no socket until one of them is connected; the others are closed then.
final class ConnectAttempts {
    private struct Attempt {
        let descriptor: Int32
        let poller: Poller
    }

    private let addresses: [SocketAddress]
    private let record: UnsafeMutablePointer<StreamRecord>
    private let loop: EventLoop
    private var race: ConnectRace
    private var timer: LoopTimer?
    private var running: [Int: Attempt] = [:]
    private var errors: [Int: String] = [:]
    /// Addresses that were tried; these are the first ones.
    private var tried = 0
    private var winner: Int?

    init(_ addresses: [SocketAddress], for record: UnsafeMutablePointer<StreamRecord>, on loop: EventLoop) {
        self.addresses = addresses
        self.record = record
        self.loop = loop
        race = ConnectRace(addresses: addresses.count, now: loop.now)
        timer = try? LoopTimer(loop) { [weak self] in self?.run() }
    }

    deinit {
        stop()
    }

    /// Ends all attempts.
    func stop() {
        timer?.close()
        timer = nil
        for index in Array(running.keys) { close(index) }
    }

    /// The addresses that were tried in vain, in their order.
    var failed: [FailedAddress] {
        (0..<tried).filter { $0 != winner }.map { FailedAddress(address: addresses[$0], error: errors[$0]) }
    }

    /// Does what is due.
    func run() {
        while let step = race.step(now: loop.now) {
            switch step {
            case .attempt(let index): attempt(index)
            case .giveUp(let index): failed(index, Glibc.ETIMEDOUT)
            case .lost: return record.close(.connectFailed(lastError))
            }
        }
        timer?.arm(at: race.nextDeadline)
    }

    /// The error that is told alone: that of the last address.
    private var lastError: String {
        errors.max { $0.key < $1.key }?.value ?? "EADDRNOTAVAIL"
    }

    private func attempt(_ index: Int) {
        tried = index + 1
        let address = addresses[index]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else { return failed(index, errno) }
        let status = address.withCAddress { connect(descriptor, $0, $1) }
        // One that is connected at once is writable at once: that is told from the loop, too.
        guard status == 0 || errno == EINPROGRESS else {
            let code = errno
            Glibc.close(descriptor)
            return failed(index, code)
        }
        do throws(LoopError) {
            let poller = try Poller(loop, descriptor: descriptor) { [weak self] _ in self?.answered(index) }
            running[index] = Attempt(descriptor: descriptor, poller: poller)
            poller.watch(.writable)
        } catch {
            Glibc.close(descriptor)
            failed(index, ENOMEM)
        }
    }

    private func failed(_ index: Int, _ code: Int32) {
        close(index)
        errors[index] = LoopError(errno: code).name
        race.failed(index, now: loop.now)
    }

    /// A socket is connected, or its error is known.
    private func answered(_ index: Int) {
        guard let attempt = running[index] else { return }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(attempt.descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else {
            failed(index, code)
            return run()
        }
        running[index] = nil
        winner = index
        attempt.poller.close()
        record.connected(attempt.descriptor)
    }

    private func close(_ index: Int) {
        guard let attempt = running.removeValue(forKey: index) else { return }
        attempt.poller.close()
        Glibc.close(attempt.descriptor)
    }
}

extension UnsafeMutablePointer<StreamRecord> {
    /// The stream goes on with a socket that is connected.
    fileprivate func connected(_ descriptor: Int32) {
        guard !pointee.flags.contains(.closing) else {
            Glibc.close(descriptor)
            return
        }
        pointee.flags.remove(.connecting)
        let status = uv_tcp_open(uvTCP, descriptor)
        precondition(status == 0, "a fresh connection's descriptor is taken")
        SocketOptions.apply(to: descriptor)
        pointee.kind._withUnsafeGuaranteedRef { $0.handler.connected(TCPStream(self)) }
        side.attempts?.stop()
        guard !pointee.flags.contains(.closing) else { return }
        pointee.side?.release()
        pointee.side = nil
        startReading()
    }
}

extension TCPStream {
    /// The addresses that were tried in vain; while the handler is told `connected` or `closed`, not later.
    public var failedAddresses: [FailedAddress] {
        record.pointee.side?.takeUnretainedValue().attempts?.failed ?? []
    }
}

extension EventLoop {
    /// Connects to the first of `addresses` that answers; they are tried in their order (RFC 8305: `ConnectRace`). The end of it
    /// all is `connected` or `closed` of the kind's handler, also when there is no address at all.
    public func connect(to addresses: [SocketAddress], kind: StreamKind, token: UInt64) -> TCPStream {
        precondition(kind.loop === self, "a kind of another loop")
        let record = StreamRecord.make(kind, token: token)
        record.pointee.flags = .connecting
        uv_tcp_init(uv, record.uvTCP)
        let attempts = ConnectAttempts(addresses, for: record, on: self)
        record.side.attempts = attempts
        attempts.run()
        return TCPStream(record)
    }
}

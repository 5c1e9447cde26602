import CLibuv
import Glibc

/// Making a connection: one address after the other until one answers.
extension UnsafeMutablePointer<StreamRecord> {
    /// Tries the next address. The handle is not open.
    func connectNext() {
        pointee.flags.remove(.retrying)
        let side = side
        let kind = pointee.kind.takeUnretainedValue()
        uv_tcp_init(kind.loop.uv, uvTCP)
        guard let address = side.addresses.popLast() else { return close(.connectFailed(side.lastError)) }
        let status = address.withCAddress { address, _ in
            uv_tcp_connect(side.connect, uvTCP, address) { request, status in
                guard let stream = request?.pointee.handle else { return }
                UnsafeMutablePointer<StreamRecord>(handle: stream).connectEnded(status)
            }
        }
        if status != 0 { connectFailed(status) }
    }

    private func connectEnded(_ status: Int32) {
        guard !pointee.flags.contains(.closing) else { return }
        guard status == 0 else { return connectFailed(status) }
        pointee.side?.release()
        pointee.side = nil
        pointee.flags.remove(.connecting)
        SocketOptions.apply(to: descriptor)
        pointee.kind._withUnsafeGuaranteedRef { $0.handler.connected(TCPStream(self)) }
        startReading()
    }

    private func connectFailed(_ status: Int32) {
        side.lastError = LoopError.name(of: status)
        guard !side.addresses.isEmpty else { return close(.connectFailed(side.lastError)) }
        // A socket that failed can't connect again: a new one, in the same record.
        pointee.flags.insert(.retrying)
        closeHandle()
    }
}

extension EventLoop {
    /// Connects to the first of `addresses` that answers. The end of it all is `connected` or `closed` of the kind's
    /// handler, also when there is no address at all. A deadline is the caller's: `close()` ends the attempt.
    public func connect(to addresses: [SocketAddress], kind: StreamKind, token: UInt64) -> TCPStream {
        precondition(kind.loop === self, "a kind of another loop")
        let record = StreamRecord.make(kind, token: token)
        record.pointee.flags = .connecting
        record.side.addresses = addresses.reversed()
        record.connectNext()
        return TCPStream(record)
    }
}

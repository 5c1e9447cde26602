import CLibuv
import Glibc

/// Reading: from libuv's callback to the handler.
extension UnsafeMutablePointer<StreamRecord> {
    /// Lets libuv read, unless the stream is ending, paused or not connected.
    func startReading() {
        let inTheWay: StreamFlags = [.closing, .paused, .connecting, .reading, .waitsTurn, .waitsHandshake]
        guard pointee.flags.isDisjoint(with: inTheWay) else { return }
        pointee.flags.insert(.reading)
        let status = uv_read_start(
            uvStream,
            { handle, _, buffer in
                guard let handle else { return }
                let record = UnsafeMutablePointer<StreamRecord>(handle: handle)
                record.pointee.kind._withUnsafeGuaranteedRef { kind in
                    let shared = kind.loop.readBuffer
                    buffer?.pointee = uv_buf_init(
                        shared.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(record.room(kind)))
                }
            },
            { handle, count, buffer in
                guard let handle else { return }
                let record = UnsafeMutablePointer<StreamRecord>(handle: handle)
                if count > 0 {
                    record.received(UnsafeRawBufferPointer(start: buffer?.pointee.base, count: count))
                    record.pointee.kind._withUnsafeGuaranteedRef { kind in
                        if kind.isBounded { record.charge(count, kind) }
                    }
                } else if count == Int(UV_ENOBUFS.rawValue) {
                    // No room was given; not before here may the reading be stopped.
                    record.stopReading()
                } else if count < 0 {
                    record.readingEnded(Int32(count))
                }
            })
        if status != 0 { close(.failed(LoopError.name(of: status))) }
    }

    /// How much is read at once; 0: nothing for now, as libuv is told by ENOBUFS.
    @inline(__always)
    private func room(_ kind: StreamKind) -> Int {
        guard kind.isBounded else { return kind.loop.readBuffer.count }
        if pointee.flags.contains(.undecided), pointee.flags.isDisjoint(with: [.closing, .finishing]) {
            guard mayBegin(kind) else { return 0 }
        }
        return ReadTurns.readSize
    }

    /// Leaves what comes in the kernel.
    func stopReading() {
        guard pointee.flags.contains(.reading) else { return }
        pointee.flags.remove(.reading)
        uv_read_stop(uvStream)
    }

    private func received(_ bytes: UnsafeRawBufferPointer) {
        let flags = pointee.flags
        if flags.isDisjoint(with: [.undecided, .closing, .finishing]) {
            deliver(bytes)
            return
        }
        guard flags.isDisjoint(with: [.closing, .finishing]) else { return }
        pointee.flags.remove(.undecided)
        // The first byte of a TLS record that carries a greeting; no Stratum line begins with it
        // (docs/protocol.md#tls).
        guard bytes.first == 0x16 else { return deliver(bytes) }
        let context = pointee.kind._withUnsafeGuaranteedRef { $0.tls }
        guard let context else { return close(.tlsNotEnabled) }
        guard startTLS(context, serverName: nil) else { return }
        receivedEncrypted(bytes)
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        guard pointee.ssl == nil else { return receivedEncrypted(bytes) }
        pointee.kind._withUnsafeGuaranteedRef { $0.handler.received(TCPStream(self), bytes) }
    }

    private func readingEnded(_ status: Int32) {
        pointee.flags.remove(.reading)
        let flags = pointee.flags
        if flags.contains(.lingering) {
            close(.finished)
        } else if status != UV_EOF.rawValue {
            close(.failed(LoopError.name(of: status)))
        } else if flags.contains(.handshaking) {
            close(.peerClosedInHandshake)
        } else {
            close(.peerClosed)
        }
    }
}

import CLibuv
import Glibc

/// The two ways a stream ends, and the one place where that is told.
extension UnsafeMutablePointer<StreamRecord> {
    /// Ends the stream after what was written.
    func finish() {
        guard pointee.flags.isDisjoint(with: [.closing, .finishing]) else { return }
        guard pointee.flags.isDisjoint(with: [.connecting, .handshaking]) else { return close(.finished) }
        send(farewell())
        guard !pointee.flags.contains(.closing) else { return }
        pointee.flags.insert(.finishing)
        // From here on, so that neither a peer that does not read nor one that does not close can hold the stream.
        pointee.kind._withUnsafeGuaranteedRef { $0.loop.lingering.insert(self) }
        if pointee.output == nil { endOutput() }
    }

    /// Everything is with the kernel: closes our side and waits for the peer's.
    ///
    /// To close at once would reset the connection if the peer had sent anything in the meantime, and with a reset the
    /// peer may lose what we sent last.
    func endOutput() {
        guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { return close(.finished) }
        leaveQueues()
        pointee.flags.insert(.lingering)
        pointee.flags.remove(.paused)
        startReading()
    }

    /// Ends the stream now.
    func close(_ reason: CloseReason) {
        guard !pointee.flags.contains(.closing) else { return }
        if pointee.flags.isDisjoint(with: [.handshaking, .finishing]), pointee.output == nil {
            let farewell = farewell()
            // A courtesy: if it fails, the peer learns the end from TCP.
            if !farewell.isEmpty { _ = tryWrite(farewell) }
        }
        leaveQueues()
        side.reason = reason
        pointee.flags.insert(.closing)
        side.attempts?.stop()
        // The rest happens in the callback, which always comes from the loop.
        uv_close(UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            guard let handle else { return }
            UnsafeMutablePointer<StreamRecord>(handle: handle).handleClosed()
        }
    }

    private func handleClosed() {
        let kind = pointee.kind.takeUnretainedValue()
        if pointee.flags.contains(.finishing) { kind.loop.lingering.remove(self) }
        // One that was never finished has left its pieces too.
        if pointee.flags.contains(.handshaking) { kind.loop.handshakeRemains.add(now: kind.loop.now) }
        if !kind.loop.isShutDown {
            kind.handler.closed(TCPStream(self), side.reason ?? .requested)
        }
        StreamRecord.destroy(self)
    }
}

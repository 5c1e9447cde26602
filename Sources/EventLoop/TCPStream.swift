import CLibuv
import Glibc

/// One TCP connection, plain or TLS, accepted or made by us.
///
/// A handle of the size of a pointer, to be copied freely and to be dropped when `StreamHandler.closed` is called. The
/// user knows the stream by its `token`.
public struct TCPStream: Equatable {
    let record: UnsafeMutablePointer<StreamRecord>

    init(_ record: UnsafeMutablePointer<StreamRecord>) {
        self.record = record
    }

    /// The user's mark, which says whose stream this is.
    public var token: UInt64 {
        get { record.pointee.token }
        nonmutating set { record.pointee.token = newValue }
    }

    /// Whether the stream is ending: `closed` will be called, nothing else.
    public var isClosing: Bool { record.pointee.flags.contains(.closing) }

    /// Whether bytes travel encrypted, or will once the handshake is done.
    public var isTLS: Bool { record.pointee.ssl != nil }

    /// Bytes (of ciphertext, where there is TLS) that wait for the peer to read.
    public var pendingOutput: Int { record.pointee.output?.pointee.count ?? 0 }

    /// The other end's address, asked of the kernel.
    public var peer: SocketAddress? {
        SocketAddress.read { address, length in
            withLength(length) { uv_tcp_getpeername(record.uvTCP, address, $0) }
        }
    }

    /// Our end's address, asked of the kernel.
    public var local: SocketAddress? {
        SocketAddress.read { address, length in
            withLength(length) { uv_tcp_getsockname(record.uvTCP, address, $0) }
        }
    }

    private func withLength(
        _ length: UnsafeMutablePointer<socklen_t>, _ body: (UnsafeMutablePointer<Int32>) -> Int32
    ) -> Int32 {
        var size = Int32(length.pointee)
        return body(&size)
    }

    /// Sends `bytes`: what the kernel takes at once, at once; the rest waits, up to the kind's `outputLimit`. Does
    /// nothing on a stream that is ending. Not before `connected`, and with TLS not before `secured`.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        let flags = record.pointee.flags
        guard flags.isDisjoint(with: [.closing, .finishing]), !bytes.isEmpty else { return }
        precondition(flags.isDisjoint(with: [.connecting, .handshaking]), "written before the stream is ready")
        if record.pointee.ssl == nil {
            record.send(bytes)
        } else {
            record.sendEncrypted(bytes)
        }
    }

    /// Sends `bytes`; see `write` of a buffer.
    public func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    /// Ends the stream when all that was written is on its way: closes our side, and the stream when the peer has
    /// closed its own (or after 3 to 6 seconds). What still comes from the peer is dropped.
    public func finish() {
        record.finish()
    }

    /// Ends the stream now. What waits to be written is lost. `closed` is called later, with `reason`.
    public func close(_ reason: CloseReason = .requested) {
        record.close(reason)
    }

    /// Leaves what the peer sends in the kernel. What was read already may still be delivered (up to 64 KiB).
    public func pauseReading() {
        record.pointee.flags.insert(.paused)
        record.stopReading()
    }

    /// Reads again.
    public func resumeReading() {
        record.pointee.flags.remove(.paused)
        record.startReading()
    }
}

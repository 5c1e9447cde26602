import CLibuv
import COpenSSL
import Glibc

/// All that one stream costs while it is idle: one block of memory that begins with libuv's handle.
///
/// It must stay trivial (no references counted by Swift), since it is made by `malloc` and dropped by `free`.
struct StreamRecord {
    /// libuv's handle. First, so that a pointer to it is a pointer to the record.
    var tcp: uv_tcp_t
    /// The user's mark.
    var token: UInt64
    /// What waits for the peer to read; nil while nothing does.
    var output: UnsafeMutablePointer<PendingOutput>?
    /// The TLS session; nil for a plain stream.
    var ssl: OpaquePointer?
    /// What is needed only before the connection stands and while it ends; retained by the record.
    var side: Unmanaged<StreamSide>?
    /// What the stream is doing.
    var flags: StreamFlags
    /// Its place among the handshakes under way.
    var slot = HandshakeGate.noSlot
    /// Bytes that it may send before it has to take turns (`ReadTurns`), and when the last ones came, in milliseconds.
    var allowance = ReadTurns.allowance
    var chargedAt: UInt32 = 0
    /// Its place in the queue that it waits in.
    var place: UInt32 = 0

    /// What the stream has in common with others of its sort; retained by the record. It is in the word that libuv's handle leaves to
    /// its user, so that the record has 296 bytes: with 8 more the allocator would take 320 for it instead of 304.
    var kind: Unmanaged<StreamKind> { .fromOpaque(tcp.data.unsafelyUnwrapped) }

    static func make(_ kind: StreamKind, token: UInt64) -> UnsafeMutablePointer<StreamRecord> {
        guard let memory = malloc(MemoryLayout<StreamRecord>.size) else { fatalError("out of memory") }
        let record = memory.bindMemory(to: StreamRecord.self, capacity: 1)
        var tcp = uv_tcp_t()
        tcp.data = Unmanaged.passRetained(kind).toOpaque()
        record.initialize(to: StreamRecord(tcp: tcp, token: token, output: nil, ssl: nil, side: nil, flags: []))
        return record
    }

    /// Frees the record with all that hangs on it. The handle must be closed or never opened.
    static func destroy(_ record: UnsafeMutablePointer<StreamRecord>) {
        if let output = record.pointee.output { PendingOutput.destroy(output) }
        if let ssl = record.pointee.ssl { SSL_free(ssl) }
        record.pointee.side?.release()
        record.pointee.kind.release()
        free(record)
    }
}

/// What a stream is doing.
struct StreamFlags: OptionSet {
    let rawValue: UInt16

    /// Accepted, and no byte seen yet: the first one tells TLS from plain.
    static let undecided = StreamFlags(rawValue: 1 << 0)
    /// Not connected yet.
    static let connecting = StreamFlags(rawValue: 1 << 1)
    /// TLS is not ready to carry data yet.
    static let handshaking = StreamFlags(rawValue: 1 << 2)
    /// The user wants no bytes for now.
    static let paused = StreamFlags(rawValue: 1 << 3)
    /// `finish()` was called: nothing is written or delivered any more.
    static let finishing = StreamFlags(rawValue: 1 << 4)
    /// Our end is sent; the peer's is awaited.
    static let lingering = StreamFlags(rawValue: 1 << 5)
    /// `uv_close` was called with an end in mind; `closed` will be reported.
    static let closing = StreamFlags(rawValue: 1 << 6)
    /// libuv is reading for us.
    static let reading = StreamFlags(rawValue: 1 << 7)
    /// It has sent much, and waits for its turn to be read.
    static let waitsTurn = StreamFlags(rawValue: 1 << 8)
    /// Its TLS greeting waits for a handshake's end.
    static let waitsHandshake = StreamFlags(rawValue: 1 << 9)
}

/// What a stream needs only at its two ends.
final class StreamSide {
    /// Why it is closing.
    var reason: CloseReason?
    /// The connection in the making.
    var attempts: ConnectAttempts?
}

extension UnsafeMutablePointer<StreamRecord> {
    /// The record's side data, made when there is none.
    var side: StreamSide {
        if let side = pointee.side { return side.takeUnretainedValue() }
        let side = StreamSide()
        pointee.side = .passRetained(side)
        return side
    }

    /// The handle as libuv's stream functions want it.
    var uvStream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_stream_t.self)
    }

    /// The handle as libuv's TCP functions want it.
    var uvTCP: UnsafeMutablePointer<uv_tcp_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_tcp_t.self)
    }

    /// The socket; -1 when there is none.
    var descriptor: Int32 {
        var descriptor: uv_os_fd_t = -1
        uv_fileno(UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_handle_t.self), &descriptor)
        return descriptor
    }

    /// The record that begins with `handle`.
    init<Handle>(handle: UnsafeMutablePointer<Handle>) {
        self = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: StreamRecord.self)
    }
}

/// What happens to the streams of one kind. All calls come from the loop, never from inside a call of the user, and
/// none comes after `closed`.
public protocol StreamHandler: AnyObject {
    /// The TCP connection we asked for stands. Now is the time to write, or to call `startTLS`.
    func connected(_ stream: TCPStream)

    /// The TLS handshake is done and nothing was sent yet: the moment to check the fingerprint, and to write or close.
    func secured(_ stream: TCPStream, _ peer: TLSPeer)

    /// Bytes have come, decrypted where there is TLS; never empty. They lie in a buffer shared by all streams: copy what
    /// you keep before the call returns.
    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer)

    /// The stream has ended: exactly once for each stream, also when our side closed it. `stream` is void from here on.
    func closed(_ stream: TCPStream, _ reason: CloseReason)
}

/// What a TLS handshake has told about the peer.
public struct TLSPeer: Sendable {
    /// The protocol's version as OpenSSL and xmrig print it: `TLSv1.3`.
    public let version: String
    /// Its certificate, with those that it sent along; nil if it sent none, as rigs do.
    public let chain: CertificateChain?
}

/// What streams of one sort share: their handler and their limits.
public final class StreamKind {
    /// The loop they live on.
    public let loop: EventLoop
    /// Their handler. Its streams do not keep it alive: it must outlive them.
    unowned let handler: any StreamHandler
    /// Speaks TLS with peers that begin with a TLS greeting; nil: such peers are sent away (`tlsNotEnabled`).
    /// May be replaced at any time; open streams keep what they have.
    public var tls: TLSContext?
    /// Whether the first byte of an accepted stream tells TLS from plain; false: bytes are passed on as they come.
    let detectsTLS: Bool
    /// Bytes that may wait for a peer that does not read.
    public let outputLimit: Int
    /// Whether peers are strangers: they take turns (`ReadTurns`), and so do their handshakes (`HandshakeGate`).
    let isBounded: Bool

    /// A kind of streams. The handler must outlive them.
    public init(
        _ loop: EventLoop, handler: any StreamHandler, tls: TLSContext? = nil, detectsTLS: Bool = true,
        outputLimit: Int = 262_144, isBounded: Bool = false
    ) {
        precondition(outputLimit > 0)
        self.loop = loop
        self.handler = handler
        self.tls = tls
        self.detectsTLS = detectsTLS
        self.outputLimit = outputLimit
        self.isBounded = isBounded
    }
}

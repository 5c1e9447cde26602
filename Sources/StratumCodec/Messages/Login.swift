import ProxyTerms

/// A rig's `login` (docs/protocol.md#xmrig-login). Ranges are the JSON-escaped contents without the quotes.
public struct Login: Equatable, Sendable {
    /// The request's id.
    public var id: RequestID
    /// The `login` text; nil where there was none.
    public var user: ByteRange?
    /// The `pass` text; nil where there was none.
    public var pass: ByteRange?
    /// The `agent` text; nil where there was none.
    public var agent: ByteRange?
    /// The `rigid` text; nil where there was none.
    public var rigID: ByteRange?
    /// nil: no list sent (xmrig-proxy sends none), takes any.
    public var algorithms: AlgorithmSet?
}

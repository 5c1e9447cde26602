/// What one address may take: an IPv4 address, or the /64 of an IPv6 one (`ClientAddress`). The object `limits` of the configuration.
public struct AddressBounds: Equatable, Sendable {
    /// Connections at a time. As many may come at once: the burst of both rates.
    public var rigs: Int
    /// New connections a second, on average.
    public var connectionsPerSecond: Double
    /// Logins a second, on average.
    public var loginsPerSecond: Double
    /// Rigs that have been logged in for ten minutes without a share.
    public var rigsWithoutShare: Int

    /// Bounds for that many rigs; what is nil follows from their number.
    ///
    /// xmrig tries again every 5 s: as many connections a second as there are rigs hold up nobody who is refused for another reason.
    public init(
        rigs: Int, connectionsPerSecond: Double? = nil, loginsPerSecond: Double? = nil, rigsWithoutShare: Int? = nil
    ) {
        self.rigs = max(1, rigs)
        self.connectionsPerSecond = connectionsPerSecond ?? Double(self.rigs)
        self.loginsPerSecond = loginsPerSecond ?? max(1, Double(self.rigs) / 10)
        self.rigsWithoutShare = rigsWithoutShare ?? max(1, self.rigs / 4)
    }
}

/// Which bound an address has reached.
public enum AddressLimit: UInt8, Equatable, Sendable, CaseIterable {
    /// `AddressBounds.rigs`.
    case rigs
    /// `AddressBounds.connectionsPerSecond`.
    case connectionRate
    /// `AddressBounds.loginsPerSecond`.
    case loginRate
    /// `AddressBounds.rigsWithoutShare`.
    case withoutShare
    /// It guesses passwords.
    case guesses
}

import ProxyTerms
import StrictJSON

/// The certificates that pools are known by, as they are kept on the disk.
public struct KnownPools: Equatable, Sendable {
    /// One pool.
    public struct Entry: Equatable, Sendable {
        /// `host:port`.
        public var endpoint: String
        /// The certificate that is taken.
        public var known: KnownCertificate
        /// Another one that was shown and refused: an operator may take it.
        public var offered: KnownCertificate?
    }

    /// Pools that are remembered at most; the one known longest goes first.
    public static let most = 64
    /// The version of the text.
    static let version: Int64 = 1
    /// The longest endpoint that is read: a name of 253 bytes and a port.
    private static let longestEndpoint = 300

    /// In the order in which they came.
    public private(set) var entries: [Entry] = []

    /// No pools.
    public init() {}

    /// What is known of a pool.
    public subscript(_ endpoint: String) -> Entry? {
        entries.first { $0.endpoint == endpoint }
    }

    /// A pool is known by `certificate` from now on.
    /// - Returns: whether that is news.
    @discardableResult
    public mutating func remember(_ certificate: KnownCertificate, of endpoint: String) -> Bool {
        if let index = index(of: endpoint) {
            let entry = entries[index]
            guard entry.known.fingerprint != certificate.fingerprint || entry.offered != nil else { return false }
            entries[index] = Entry(endpoint: endpoint, known: certificate, offered: nil)
            return true
        }
        if entries.count >= Self.most, let oldest = entries.indices.min(by: { since($0) < since($1) }) {
            entries.remove(at: oldest)
        }
        entries.append(Entry(endpoint: endpoint, known: certificate, offered: nil))
        return true
    }

    private func since(_ index: Int) -> Int64 { entries[index].known.since }

    /// A known pool showed another certificate, which was refused.
    /// - Returns: whether that is news.
    @discardableResult
    public mutating func offer(_ certificate: KnownCertificate, of endpoint: String) -> Bool {
        guard let index = index(of: endpoint), entries[index].known.fingerprint != certificate.fingerprint,
            entries[index].offered?.fingerprint != certificate.fingerprint
        else { return false }
        entries[index].offered = certificate
        return true
    }

    /// The certificate that a pool offered last is its own from now on; nil where it offered none.
    public mutating func takeOffer(of endpoint: String) -> KnownCertificate? {
        guard let index = index(of: endpoint), let offered = entries[index].offered else { return nil }
        entries[index] = Entry(endpoint: endpoint, known: offered, offered: nil)
        return offered
    }

    private func index(of endpoint: String) -> Int? {
        entries.firstIndex { $0.endpoint == endpoint }
    }

    // MARK: Text

    /// What `bytes` tell; nil where they are no such text, or one of another version.
    public init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(bytes), document["version"]?.integer == Self.version,
            let pools = document["pools"]?.elements, pools.count <= Self.most
        else { return nil }
        for pool in pools {
            guard let endpoint = pool["endpoint"]?.string, !endpoint.isEmpty,
                endpoint.utf8.count <= Self.longestEndpoint, self[endpoint] == nil,
                let known = Self.certificate(pool)
            else { return nil }
            var offered: KnownCertificate?
            if let other = pool["offered"] {
                guard let certificate = Self.certificate(other) else { return nil }
                offered = certificate
            }
            entries.append(Entry(endpoint: endpoint, known: known, offered: offered))
        }
    }

    private static func certificate(_ object: JSONDocument) -> KnownCertificate? {
        guard let fingerprint = object["fingerprint"]?.string.flatMap(CertificatePin.init),
            let subject = object.text("subject", limit: PeerCertificate.longestSubject),
            let since = object["since"]?.integer
        else { return nil }
        return KnownCertificate(fingerprint: fingerprint, subject: subject, since: since)
    }

    /// The text to be kept.
    public var text: String {
        var json = JSONObject()
        json.set("version", Self.version)
        json.objects("pools", entries) { json, entry in
            json.set("endpoint", entry.endpoint)
            Self.set(entry.known, &json)
            if let offered = entry.offered { json.object("offered") { Self.set(offered, &$0) } }
        }
        return json.text + "\n"
    }

    private static func set(_ certificate: KnownCertificate, _ json: inout JSONObject) {
        json.set("fingerprint", certificate.fingerprint.description)
        json.set("subject", certificate.subject)
        json.set("since", certificate.since)
    }
}

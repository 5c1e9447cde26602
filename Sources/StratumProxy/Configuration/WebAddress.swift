/// The beginning of an http or https address, such as `https://xmrvsbeast.com` or `http://10.0.0.2:3334/api`.
struct WebAddress: Equatable, Sendable, CustomStringConvertible {
    let isSecure: Bool
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    let host: String
    /// The address without the name and password that may stand in it: fit for a log.
    let description: String

    /// Nil for what is no such address, and for one with a query or a fragment, since paths are put behind it.
    init?(_ text: String) {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://"),
            text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && !"?#\\\"<>".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let host = Self.host(place) else { return nil }
        self.isSecure = isSecure
        self.host = host
        description = "\(isSecure ? "https" : "http")://\(place)\(rest[slash...])"
    }

    /// The host of `host`, `host:port`, `[v6]` or `[v6]:port`.
    private static func host(_ place: Substring) -> String? {
        if place.hasPrefix("[") {
            guard let close = place.firstIndex(of: "]") else { return nil }
            let host = place[place.index(after: place.startIndex)..<close]
            let port = place[place.index(after: close)...]
            return host.contains(":") && isPort(port) ? String(host) : nil
        }
        let colon = place.firstIndex(of: ":") ?? place.endIndex
        let host = place[..<colon]
        return !host.isEmpty && isPort(place[colon...]) ? String(host) : nil
    }

    /// Whether `text` is empty or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        guard let first = text.first else { return true }
        let digits = text.dropFirst()
        return first == ":" && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && (UInt16(digits) ?? 0) > 0
    }
}

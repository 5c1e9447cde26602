import Glibc

/// Questions about texts that may be IP addresses.
enum IPAddress {
    /// Whether `text` is an IPv4 or IPv6 address (with or without a scope) and not a name.
    static func isLiteral(_ text: String) -> Bool {
        v4(text) != nil || v6(text) != nil
    }

    /// Whether `text` is an address that the internet does not route: loopback, private, link-local, unspecified.
    static func isPrivate(_ text: String) -> Bool {
        if let bytes = v4(text) {
            switch (bytes[0], bytes[1]) {
            case (127, _), (10, _), (0, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): return true
            default: return false
            }
        }
        guard let bytes = v6(text) else { return false }
        let isLoopbackOrUnspecified = bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] <= 1
        return isLoopbackOrUnspecified || bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
    }

    /// Whether `text` is an address of this machine that no other one reaches.
    static func isLoopback(_ text: String) -> Bool {
        if let bytes = v4(text) { return bytes[0] == 127 }
        return v6(text)?.dropLast().allSatisfy { $0 == 0 } == true && v6(text)?.last == 1
    }

    /// Whether `host` is of the operator's own network, as far as that can be seen without asking anybody: such a host means
    /// nothing to a proxy elsewhere.
    static func isNear(_ host: String) -> Bool {
        if isLiteral(host) { return isPrivate(host) }
        let name = host.lowercased()
        return !name.contains(".") || [".local", ".lan", ".internal", ".home.arpa"].contains { name.hasSuffix($0) }
    }

    /// Whether `host` is a Tor hidden service.
    static func isHiddenService(_ host: String) -> Bool {
        host.lowercased().hasSuffix(".onion")
    }

    /// The 4 or 16 bytes of an address without a scope; nil for a name.
    static func bytes(_ text: String) -> [UInt8]? {
        text.contains("%") ? nil : v4(text) ?? v6(text)
    }

    private static func v4(_ text: String) -> [UInt8]? {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: address) { Array($0) }
    }

    private static func v6(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        let withoutScope = String(text.prefix { $0 != "%" })
        guard inet_pton(AF_INET6, withoutScope, &address) == 1 else { return nil }
        return withUnsafeBytes(of: address) { Array($0) }
    }
}

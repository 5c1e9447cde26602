/// Where a rig connects from, as far as bounds and memories go by it: an IPv4 address, or the first 64 bits of an IPv6 address, which is
/// what one customer has.
public struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
    /// The /64 of IPv6; IPv4 as ffff:a.b.c.d in the low half, which is no prefix that is in use.
    public let key: UInt64

    /// Not known: a connection without an address of its own.
    public static let unknown = ClientAddress(key: 0)

    private static let ipv4: UInt64 = 0x0000_FFFF_0000_0000

    private init(key: UInt64) {
        self.key = key
    }

    /// An IPv4 address, its first byte in the top byte.
    public init(ipv4 address: UInt32) {
        self.init(key: Self.ipv4 | UInt64(address))
    }

    /// An IPv6 address, of which the upper half counts; an IPv4 address written as one (`::ffff:a.b.c.d`) is that IPv4 address.
    public init(ipv6High high: UInt64, low: UInt64) {
        if high == 0, low >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(key: high)
        }
    }

    /// `192.0.2.7`, `2001:db8:1:2::/64`, or `-` where it is not known.
    public var description: String {
        if self == .unknown { return "-" }
        if key >> 32 == 0xFFFF {
            return [24, 16, 8, 0].map { String(key >> UInt64($0) & 0xFF) }.joined(separator: ".")
        }
        return [48, 32, 16, 0].map { String(key >> UInt64($0) & 0xFFFF, radix: 16) }.joined(separator: ":") + "::/64"
    }
}

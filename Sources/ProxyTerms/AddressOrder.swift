/// In which order a host's addresses are tried: IPv6 and IPv4 by turns (RFC 8305, section 4), and those that failed last, last.
///
/// An address fails where it can't be reached, and where a pool answers at it that lets nobody in; both are forgotten once a login
/// goes through.
public struct AddressOrder<Address: Hashable & Sendable>: Sendable {
    /// Addresses whose failures are remembered; beyond it the oldest failure is forgotten.
    static var mostRemembered: Int { 64 }

    /// The number of each address's last failure.
    private var failures: [Address: UInt64] = [:]
    private var count: UInt64 = 0

    /// Nothing has failed yet.
    public init() {}

    /// `addresses`, which come in the order that the system recommends, in the order to try them.
    public func sorted(_ addresses: [Address], isIPv6: (Address) -> Bool) -> [Address] {
        guard let first = addresses.first.map(isIPv6) else { return [] }
        var families = (addresses.filter { isIPv6($0) == first }[...], addresses.filter { isIPv6($0) != first }[...])
        var mixed: [Address] = []
        while !families.0.isEmpty || !families.1.isEmpty {
            if let address = families.0.popFirst() { mixed.append(address) }
            if let address = families.1.popFirst() { mixed.append(address) }
        }
        let order = mixed.enumerated().sorted { one, other in
            (failures[one.element] ?? 0, one.offset) < (failures[other.element] ?? 0, other.offset)
        }
        return order.map(\.element)
    }

    /// An address could not be reached, or nobody was let in there.
    public mutating func failed(_ address: Address) {
        if failures[address] == nil, failures.count >= Self.mostRemembered,
            let oldest = failures.min(by: { $0.value < $1.value })
        {
            failures[oldest.key] = nil
        }
        count += 1
        failures[address] = count
    }

    /// A login went through there.
    public mutating func worked(_ address: Address) {
        failures[address] = nil
    }
}

import EventLoop
import Glibc
import ProxyTerms

/// Which hosts are this machine, as far as can be known without asking a name server.
struct ThisMachine: Equatable, Sendable {
    /// Addresses of the network interfaces, 4 or 16 bytes each.
    var interfaces: Set<[UInt8]> = []
    /// What the hosts file says of names in lower case, and the machine's own name.
    var names: [String: Set<[UInt8]>] = [:]

    /// As it is now. Reads the list of interfaces and `/etc/hosts`.
    static var current: ThisMachine {
        var machine = withAddresses
        let hosts = (try? FileContents(at: "/etc/hosts", limit: 1 << 20))?.bytes ?? []
        machine.readHosts(String(decoding: hosts, as: UTF8.self))
        let own = Self.normal(MachineFacts.name)
        // Without a line for it, it leads to any of the machine's addresses, whichever the name server knows.
        if !own.isEmpty, machine.names[own] == nil { machine.names[own] = machine.interfaces }
        return machine
    }

    /// Its addresses alone.
    static var withAddresses: ThisMachine {
        var machine = ThisMachine()
        var list: UnsafeMutablePointer<ifaddrs>?
        if getifaddrs(&list) == 0 {
            for interface in sequence(first: list, next: { $0?.pointee.ifa_next }) {
                if let bytes = bytes(of: interface?.pointee.ifa_addr) { machine.interfaces.insert(bytes) }
            }
            freeifaddrs(list)
        }
        return machine
    }

    /// An IPv4 address at which other machines reach this one, as far as it knows; nil where it has none.
    var addressForRigs: String? {
        let addresses = interfaces.filter { $0.count == 4 && $0[0] != 127 && !($0[0] == 169 && $0[1] == 254) }
        // The order of a set changes from run to run.
        return addresses.map { $0.map(String.init).joined(separator: ".") }.min()
    }

    /// Takes over the lines of a hosts file: an address and its names.
    mutating func readHosts(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first, let address = Self.numeric(String(first)) else { continue }
            for name in words.dropFirst() { names[Self.normal(String(name)), default: []].insert(address) }
        }
    }

    /// The addresses that a connection to `host` may go to, IPv4 within IPv6 taken out; empty where only a name server knows.
    func addresses(of host: String) -> Set<[UInt8]> {
        if let address = Self.numeric(host) { return [Self.reached(address)] }
        let name = Self.normal(host)
        if name == "localhost" || name.hasSuffix(".localhost") || name == "localhost.localdomain" {
            return [[127, 0, 0, 1], Self.loopback6]
        }
        return Set((names[name] ?? []).map(Self.reached))
    }

    /// Whether an address, as `addresses(of:)` gives it, is this machine's.
    func owns(_ address: [UInt8]) -> Bool {
        (address.count == 4 && address[0] == 127) || address == Self.loopback6 || interfaces.contains(address)
    }

    // MARK: Addresses

    private static let loopback6: [UInt8] = [UInt8](repeating: 0, count: 15) + [1]

    /// In lower case, without the dot that ends a full name.
    private static func normal(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    /// The bytes of an address in any notation that a connection takes (`127.1`, `0x7f000001`, brackets, a scope); nil for
    /// names.
    private static func numeric(_ text: String) -> [UInt8]? {
        let host = text.prefix { $0 != "%" }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(String(host), nil, &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        return bytes(of: list?.pointee.ai_addr)
    }

    private static func bytes(of address: UnsafeMutablePointer<sockaddr>?) -> [UInt8]? {
        guard let address else { return nil }
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6: return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }

    /// Where a connection to `address` ends: that of an IPv4 address within IPv6, and loopback for "any address".
    private static func reached(_ address: [UInt8]) -> [UInt8] {
        var address = address
        if address.count == 16, address[..<10].allSatisfy({ $0 == 0 }), address[10] == 0xFF, address[11] == 0xFF {
            address = Array(address[12...])
        }
        guard address.allSatisfy({ $0 == 0 }) else { return address }
        return address.count == 4 ? [127, 0, 0, 1] : loopback6
    }
}

/// The ports that rigs connect to: a pool there would be the proxy itself.
struct OwnPorts {
    /// Where rigs connect.
    let bind: [Endpoint]
    let machine: ThisMachine

    /// The address of ours that a connection to `host:port` would reach; nil where none is known to.
    func listener(at host: String, port: UInt16) -> Endpoint? {
        let targets = machine.addresses(of: host).filter(machine.owns)
        guard !targets.isEmpty else { return nil }
        return bind.first { own in
            guard own.port == port, port != 0 else { return false }
            // [::] takes IPv4 as well, 0.0.0.0 that alone.
            guard let address = IPAddress.bytes(String(own.host.prefix { $0 != "%" })) else { return false }
            if address.allSatisfy({ $0 == 0 }) { return address.count == 16 || targets.contains { $0.count == 4 } }
            return targets.contains { machine.addresses(of: own.host).contains($0) }
        }
    }
}

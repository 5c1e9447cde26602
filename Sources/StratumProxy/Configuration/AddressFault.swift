import ProxyTerms

/// What is wrong with an address, for the operator.
struct AddressFault: Error, Equatable {
    var message: String

    init(message: String) {
        self.message = message
    }
}

extension Endpoint {
    /// Reads `host:port` or `[v6]:port` of the configuration; port 0 is one that the kernel chooses.
    ///
    /// - Throws: what is wrong with it, for the operator.
    static func parse(_ text: String, ports: ClosedRange<UInt16> = 0...65_535) throws(AddressFault) -> Endpoint {
        do throws(Fault) {
            return try Endpoint(text, ports: ports)
        } catch {
            throw AddressFault(error, in: text, ports: ports)
        }
    }
}

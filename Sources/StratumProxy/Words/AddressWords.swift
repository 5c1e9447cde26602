import ProxyTerms

extension AddressFault {
    /// `fault` of `text`, with what to write instead where that can be guessed.
    init(_ fault: Endpoint.Fault, in text: some StringProtocol, ports: ClosedRange<UInt16> = 1...65_535) {
        let shown = Sanitizer.printable(String(text))
        switch fault {
        case .empty: message = "expected host:port, found an empty text"
        case .scheme(let scheme):
            let rest = Sanitizer.printable(String(Endpoint.split(text).rest))
            message =
                "'\(shown)' is not host:port: write \(rest.isEmpty ? "it" : rest) without \(Sanitizer.printable(scheme))://"
        case .noHost: message = "'\(shown)' names no host" + Self.everywhere(text)
        case .noPort where text.utf8.allSatisfy({ (0x30...0x39).contains($0) }):
            message = "'\(shown)' is a port alone: write host:\(shown), such as 0.0.0.0:\(shown)"
        case .noPort: message = "'\(shown)' has no port: write \(shown):port"
        case .badPort(let port):
            message = "'\(Sanitizer.printable(port))' is not a port (\(ports.lowerBound) to \(ports.upperBound))"
        case .badHost: message = "'\(shown)' is not host:port" + Self.everywhere(text)
        case .noBrackets: message = Self.bracketed(text)
        case .openBracket: message = "'\(shown)' has no closing ']'"
        case .afterBracket: message = "expected ':' and a port after ']' in '\(shown)'"
        case .needlessBrackets: message = "'\(shown)' has brackets, which are for IPv6 addresses only"
        }
    }

    /// What `*:3355` and `:3355` are meant to say.
    private static func everywhere(_ text: some StringProtocol) -> String {
        guard let colon = text.lastIndex(of: ":"), ["", "*"].contains(String(text[..<colon])),
            text[colon...].count > 1
        else { return "" }
        return ": write 0.0.0.0\(Sanitizer.printable(String(text[colon...])))"
    }

    /// What to write for an IPv6 address, where it is one. `::1:3355` is `[::1]:3355`: what stands behind the last colon is a port where an address stands before it.
    private static func bracketed(_ text: some StringProtocol) -> String {
        let whole = String(text)
        if let colon = whole.lastIndex(of: ":"), IPAddress.isLiteral(String(whole[..<colon])),
            let port = UInt16(whole[colon...].dropFirst()), port > 999
        {
            return "an IPv6 address needs brackets: write " + Sanitizer.printable("[\(whole[..<colon])]:\(port)")
        }
        let shown = Sanitizer.printable(whole)
        return IPAddress.isLiteral(whole)
            ? "an IPv6 address needs brackets: write [\(shown)]:port"
            : "'\(shown)' is not host:port (an IPv6 address needs brackets: [address]:port)"
    }
}

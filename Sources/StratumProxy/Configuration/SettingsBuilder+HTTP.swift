import ProxyTerms

/// The admin port.
extension SettingsBuilder {
    /// Where it is and who may read it; nil where it is switched off.
    mutating func readHTTP() -> HTTPSettings? {
        switch content("http") {
        case .null:
            return nil
        case .string(let text):
            guard let address = endpoint(text, of: "http") else { return nil }
            return checked(HTTPSettings(address: address), hostKey: "http", portKey: "http")
        case .bool, .number, .array:
            return nil
        case .object:
            guard content("http.enabled") == .bool(true) else { return nil }
            let text = Endpoint(host: text("http.host") ?? "", port: UInt16(clamping: Int(number("http.port"))))
            guard let address = endpoint("\(text)", of: "http.host") else { return nil }
            var http = HTTPSettings(address: address, token: readToken(), names: texts("http.names"))
            http.names = http.names.filter { name in
                if let endpoint = try? Endpoint(name, defaultPort: 80), endpoint.host == name { return true }
                fail("http.names", ConfigurationWords.notAName(name))
                return false
            }
            return checked(http, hostKey: "http.host", portKey: "http.port")
        }
    }

    /// Characters of a token where other machines reach the port.
    private static let leastToken = 16

    private mutating func endpoint(_ text: String, of key: String) -> Endpoint? {
        do throws(AddressFault) {
            let address = try Endpoint.parse(text)
            guard IPAddress.isLiteral(address.host) else {
                throw AddressFault(message: ConfigurationWords.notAnAddress(address.host))
            }
            return address
        } catch {
            fail(key, error.message)
            return nil
        }
    }

    private mutating func readToken() -> Secret? {
        guard let text = expanded("http.access-token") else { return nil }
        guard !text.isEmpty else {
            fail("http.access-token", ConfigurationWords.emptyToken)
            return nil
        }
        guard text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            fail("http.access-token", ConfigurationWords.badToken)
            return nil
        }
        return Secret(text)
    }

    private mutating func checked(_ http: HTTPSettings, hostKey: String, portKey: String) -> HTTPSettings {
        if http.token == nil, !IPAddress.isLoopback(http.address.host), content("http.access-token") == .null {
            fail(hostKey, ConfigurationWords.needsToken(http.address))
        }
        // Who reaches the port may guess as fast as it answers.
        if let token = http.token, !IPAddress.isLoopback(http.address.host), token.revealed.utf8.count < Self.leastToken
        {
            fail("http.access-token", ConfigurationWords.shortToken(Self.leastToken))
        }
        if let bind = ownPorts.listener(at: http.address.host, port: http.address.port) {
            fail(portKey, ConfigurationWords.isRigPort(http.address, bind: bind))
        }
        return http
    }
}

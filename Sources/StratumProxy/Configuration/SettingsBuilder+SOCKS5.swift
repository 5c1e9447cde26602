import ProxyTerms

/// Which connections go through a SOCKS5 proxy.
extension SettingsBuilder {
    /// Reads `socks5` at the top, once, before what falls back to it.
    mutating func readGeneralSOCKS5() {
        guard let text = expanded("socks5") else { return }
        generalSOCKS5 = parseSOCKS5(text) { builder, message in builder.fail("socks5", message) }
    }

    /// The proxy for a connection to `host`: the one of `content`, none where that is false, and without it the general
    /// one, unless the host is in the operator's own network.
    mutating func socks5(
        _ content: JSONCValue.Content?, to host: String, complain: (inout Self, String) -> Void
    ) -> SOCKS5Address? {
        switch content {
        case .string(let text)?:
            guard let expanded = expanded(text, complain: complain) else { return nil }
            return parseSOCKS5(expanded, complain: complain)
        case .bool?:
            return nil
        case nil, .null?, .number?, .array?, .object?:
            return IPAddress.isNear(host) ? nil : generalSOCKS5
        }
    }

    private mutating func parseSOCKS5(_ text: String, complain: (inout Self, String) -> Void) -> SOCKS5Address? {
        do throws(AddressFault) {
            return try SOCKS5Address(text)
        } catch {
            complain(&self, error.message)
            return nil
        }
    }

    /// The proxy for the API of `section`; a hidden service without one is an error.
    mutating func readAPISOCKS5(_ section: String, _ api: UpstreamSettings.API) -> SOCKS5Address? {
        let path = "\(section).api-socks5"
        var host: String?
        if case .url(let url) = api { host = WebAddress(url)?.host }
        // Read also where it has no effect: what is wrong is wrong.
        let before = problems.count
        let proxy = socks5(content(path), to: host ?? "localhost") { builder, message in builder.fail(path, message) }
        if let host, IPAddress.isHiddenService(host), proxy == nil, problems.count == before {
            fail("\(section).api", ConfigurationWords.needsTor(key: "api-socks5"))
        }
        return proxy
    }
}

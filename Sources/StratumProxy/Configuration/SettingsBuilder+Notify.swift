import Alerts
import ProxyTerms

/// Who is alerted, and the dead man's switch.
extension SettingsBuilder {
    private typealias Values = ConfigurationReader.PoolValues

    /// The receivers of `notify` that are good.
    mutating func readReceivers() -> [AlertReceiver] {
        let list = reader.pools["notify"] ?? []
        if list.count > AlertReceiver.most { fail("notify", NotifyWords.tooMany(most: AlertReceiver.most)) }
        var receivers: [AlertReceiver] = []
        for values in list {
            guard let receiver = readReceiver(values) else { continue }
            if receivers.contains(receiver) { report(.error, values.path, at: values.position, NotifyWords.twice) }
            receivers.append(receiver)
        }
        return receivers
    }

    /// Where `ping` goes.
    mutating func readPing() -> PingSettings.Target? {
        guard let text = expanded("ping.url") else { return nil }
        guard let address = SecretAddress(text) else {
            fail("ping.url", NotifyWords.badAddress)
            return nil
        }
        if let complaint = Self.complaint(about: address, isKey: false) { warn("ping.url", complaint) }
        let before = problems.count
        let proxy = socks5(nil, to: address.host) { builder, message in builder.fail("ping.url", message) }
        if proxy == nil, problems.count == before, IPAddress.isHiddenService(address.host) {
            fail("ping.url", ConfigurationWords.needsTor(key: "socks5"))
        }
        return PingSettings.Target(address: address, socks5: proxy)
    }

    private mutating func readReceiver(_ values: Values) -> AlertReceiver? {
        let kind = word("kind", of: values).flatMap(AlertReceiver.Kind.init) ?? .webhook
        guard let address = readAddress(values, kind) else { return nil }
        let token = readToken(values, kind)
        let chat = readChat(values, kind)
        if let complaint = Self.complaint(about: address, isKey: token != nil) { warn("url", of: values, complaint) }
        return AlertReceiver(
            kind: kind, address: address, events: readEvents(values), quiet: readQuiet(values), token: token,
            chat: chat,
            socks5: readSOCKS5(values, to: address.host),
            authorityFile: expand("ca", of: values).map { path($0, of: "notify") })
    }

    private mutating func readAddress(_ values: Values, _ kind: AlertReceiver.Kind) -> SecretAddress? {
        let standard: String? =
            switch kind {
            case .telegram: "https://api.telegram.org"
            case .webhook, .ntfy: nil
            }
        guard let text = word("url", of: values) == nil ? standard : expand("url", of: values) else {
            if isAbsent("url", of: values) { fail("url", of: values, NotifyWords.noAddress) }
            return nil
        }
        guard let address = SecretAddress(text), kind != .telegram || !text.contains("?") else {
            fail("url", of: values, NotifyWords.badAddress)
            return nil
        }
        if kind == .ntfy, !address.hasPath { fail("url", of: values, NotifyWords.noTopic) }
        return address
    }

    /// Why others can read what goes there; nil where they can't.
    private static func complaint(about address: SecretAddress, isKey: Bool) -> String? {
        let isHere = address.host == "localhost" || IPAddress.isLoopback(address.host)
        if address.isSecure || isHere || IPAddress.isHiddenService(address.host) { return nil }
        if isKey || address.hasUser { return NotifyWords.plainToken }
        return IPAddress.isNear(address.host) ? nil : NotifyWords.plain
    }

    private mutating func readToken(_ values: Values, _ kind: AlertReceiver.Kind) -> Secret? {
        guard let text = expand("token", of: values) else {
            if kind == .telegram, isAbsent("token", of: values) { fail("token", of: values, NotifyWords.noBotToken) }
            return nil
        }
        // A bot's token stands in the path of an address, any other one in a header.
        let isGood =
            switch kind {
            case .telegram: Self.isMade(text, of: ":_-")
            case .webhook, .ntfy: !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
            }
        if !isGood { fail("token", of: values, ConfigurationWords.badToken) }
        return Secret(text)
    }

    private mutating func readChat(_ values: Values, _ kind: AlertReceiver.Kind) -> Secret? {
        let text = expand("chat", of: values)
        switch kind {
        case .telegram:
            if isAbsent("chat", of: values) { fail("chat", of: values, NotifyWords.noChat) }
            if let text, !Self.isMade(text, of: "@_-") { fail("chat", of: values, NotifyWords.badChat) }
        case .webhook, .ntfy:
            if text != nil { warn("chat", of: values, NotifyWords.chatWithoutEffect) }
        }
        return text.map(Secret.init)
    }

    private static func isMade(_ text: String, of signs: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                        || signs.unicodeScalars.contains($0))
            }
    }

    private mutating func readEvents(_ values: Values) -> Set<AlertEvent> {
        guard case .array(let elements)? = values.values["events"]?.content else { return Set(AlertEvent.allCases) }
        if elements.isEmpty { warn("events", of: values, NotifyWords.noEvents) }
        var events: Set<AlertEvent> = []
        for element in elements {
            guard case .string(let word) = element.content else { continue }
            if let event = AlertEvent(rawValue: word) {
                events.insert(event)
            } else {
                report(.error, "\(values.path).events", at: element.position, NotifyWords.unknownEvent(word))
            }
        }
        return events
    }

    private mutating func readQuiet(_ values: Values) -> QuietHours? {
        guard let text = word("quiet", of: values) else { return nil }
        guard let hours = QuietHours(text) else {
            fail("quiet", of: values, NotifyWords.badHours)
            return nil
        }
        return hours
    }

    private mutating func readSOCKS5(_ values: Values, to host: String) -> SOCKS5Address? {
        let before = problems.count
        let proxy = socks5(values.values["socks5"]?.content, to: host) { builder, message in
            builder.fail("socks5", of: values, message)
        }
        if proxy == nil, problems.count == before, IPAddress.isHiddenService(host) {
            fail("url", of: values, ConfigurationWords.needsTor(key: "socks5"))
        }
        return proxy
    }

    // MARK: Values of an object

    private func word(_ name: String, of values: Values) -> String? {
        if case .string(let text)? = values.values[name]?.content { text } else { nil }
    }

    /// Whether nothing was written, good or bad.
    private func isAbsent(_ name: String, of values: Values) -> Bool {
        word(name, of: values) == nil && !reader.problems.contains { $0.path == "\(values.path).\(name)" }
    }

    private mutating func expand(_ name: String, of values: Values) -> String? {
        guard let text = word(name, of: values) else { return nil }
        return expanded(text) { builder, message in builder.fail(name, of: values, message) }
    }

    private mutating func fail(_ name: String, of values: Values, _ message: String) {
        report(.error, "\(values.path).\(name)", at: values.values[name]?.position ?? values.position, message)
    }

    private mutating func warn(_ name: String, of values: Values, _ message: String) {
        report(.warning, "\(values.path).\(name)", at: values.values[name]?.position ?? values.position, message)
    }
}

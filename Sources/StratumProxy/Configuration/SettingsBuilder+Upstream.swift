import ProxyTerms
import SplitScheduler
import Upstreams

/// The two upstreams and their endpoints.
extension SettingsBuilder {
    private typealias PoolValues = ConfigurationReader.PoolValues

    mutating func readUpstream(_ upstream: Upstream, wallet: WalletAddress?, mode: SplitMode) -> UpstreamSettings {
        let section = upstream.key
        let ownRigsPerLane = number("\(section).rigs-per-lane")
        let api = readAPI("\(section).api")
        let endpoints = readPools(upstream, section: section, wallet: wallet, mode: mode)
        return UpstreamSettings(
            endpoints: endpoints,
            prefersNearest: prefersNearest(upstream, among: endpoints),
            api: api,
            // Null reads as 0.
            rigsPerLane: Int(ownRigsPerLane > 0 ? ownRigsPerLane : number("rigs-per-lane")),
            apiSOCKS5: readAPISOCKS5(section, api),
            apiAuthorityFile: expanded("\(section).api-ca").map { path($0, of: "\(section).api-ca") })
    }

    /// What the operator says, else whether all are places of XvB's service.
    private func prefersNearest(_ upstream: Upstream, among endpoints: [EndpointSettings]) -> Bool {
        guard upstream == .xvb else { return false }
        if case .bool(let wanted) = content("xvb.nearest") { return wanted }
        return endpoints.count > 1 && endpoints.allSatisfy { $0.address.endpoint.host.hasSuffix(".xmrvsbeast.com") }
    }

    private mutating func readAPI(_ path: String) -> UpstreamSettings.API {
        guard var text = expanded(path) else { return .none }
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            while text.hasSuffix("/") { text.removeLast() }
            guard let address = WebAddress(text) else {
                fail(path, ConfigurationWords.badAPIAddress)
                return .none
            }
            if path == "p2pool.api", Self.isBelowAPI(String(text.dropFirst(address.isSecure ? 8 : 7))) {
                warn(path, ConfigurationWords.belowAPI)
            }
            let isNear = address.host == "localhost" || IPAddress.isPrivate(address.host)
            if path == "xvb.api", !address.isSecure, !isNear {
                warn(path, ConfigurationWords.insecureAPI)
            }
            return .url(text)
        }
        if text.isEmpty {
            fail(path, ConfigurationWords.emptyAPI)
        } else if text.contains("://") {
            fail(path, ConfigurationWords.notAnAPI)
        } else if path == "xvb.api" {
            fail(path, ConfigurationWords.notAWebAPI)
        }
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        if Self.isBelowAPI(text) { warn(path, ConfigurationWords.belowAPI) }
        return .directory(self.path(text, of: path))
    }

    /// Whether a path is one of those that p2pool makes below its --data-api.
    private static func isBelowAPI(_ path: String) -> Bool {
        let directories = ["/local", "/pool", "/network"]
        let files = ["stratum", "p2p", "console", "merge_mining", "stats", "stats_mod", "blocks", "tor"]
        guard let last = path.lastIndex(of: "/") else { return false }
        return directories.contains { path.hasSuffix($0) }
            || files.contains(String(path[path.index(after: last)...]))
                && directories.contains { path[..<last].hasSuffix($0) }
    }

    private mutating func readPools(
        _ upstream: Upstream, section: String, wallet: WalletAddress?, mode: SplitMode
    ) -> [EndpointSettings] {
        let path = "\(section).pools"
        let pools = flags.pools(at: path) ?? reader.pools[path] ?? Self.standardPools(path)
        let enabled = pools.filter { $0.values["enabled"]?.content != .bool(false) }
        // A list without a good pool has its problem reported already.
        if enabled.isEmpty, !pools.isEmpty, upstream == .p2pool || mode != .p2pool {
            report(.error, path, at: pools.first?.position, ConfigurationWords.allDisabled)
        }
        // An XvB that is never mined to needs no name there; what is written of it is looked at all the same.
        if upstream == .xvb, mode == .p2pool, wallet == nil {
            for pool in enabled { _ = readPool(pool, upstream: upstream, wallet: nil) }
            return []
        }
        let needsWallet = upstream == .xvb && enabled.contains { $0.values["user"].isNull }
        if needsWallet, wallet == nil, !flags.isWallet(in: reader) {
            fail(
                "wallet",
                ConfigurationWords.noWallet)
        }
        return enabled.compactMap { readPool($0, upstream: upstream, wallet: wallet) }
    }

    private mutating func readPool(
        _ pool: PoolValues, upstream: Upstream, wallet: WalletAddress?
    ) -> EndpointSettings? {
        guard let address = readURL(pool, upstream: upstream) else { return nil }
        checkRigID(pool, upstream: upstream)
        let usesTLS = pool.values["tls"]?.content == .bool(true) || address.tls
        let user = readUser(pool, upstream: upstream, wallet: wallet)
        let pass = expand("pass", of: pool) ?? "x"
        if pass.utf8.contains(where: { $0 < 0x20 }) { report("pass", of: pool, ConfigurationWords.controlCharacter) }
        if !usesTLS { warnAboutPlain(pool, address: address, upstream: upstream) }
        let socks5 = readSOCKS5(pool, to: address)
        // What a SOCKS5 proxy takes for that address is not known here.
        if socks5 == nil { checkNotOurselves(pool, address, upstream: upstream) }
        return EndpointSettings(
            address: address, user: user, pass: Secret(pass), usesTLS: usesTLS,
            sendsServerName: pool.values["sni"]?.content != .bool(false),
            certificates: readCertificates(pool, upstream, usesTLS: usesTLS),
            keepaliveSeconds: keepalive(pool),
            socks5: socks5)
    }

    private mutating func checkNotOurselves(_ pool: PoolValues, _ address: PoolURL, upstream: Upstream) {
        guard let own = ownPorts.listener(at: address.endpoint.host, port: address.endpoint.port) else { return }
        report(
            "url", of: pool,
            ConfigurationWords.isOurselves("\(address)", bind: "\(own)", upstream))
    }

    private mutating func readSOCKS5(_ pool: PoolValues, to address: PoolURL) -> SOCKS5Address? {
        let before = problems.count
        let proxy = socks5(pool.values["socks5"]?.content, to: address.endpoint.host) { builder, message in
            builder.report("socks5", of: pool, message)
        }
        if proxy == nil, problems.count == before, IPAddress.isHiddenService(address.endpoint.host) {
            report("url", of: pool, ConfigurationWords.needsTor(key: "socks5"))
        }
        if proxy != nil, address.endpoint.host.contains("%") {
            report("url", of: pool, ConfigurationWords.scope)
        }
        return proxy
    }

    private mutating func readURL(_ pool: PoolValues, upstream: Upstream) -> PoolURL? {
        guard case .string(let text)? = pool.values["url"]?.content, !text.isEmpty else {
            report(.error, pool.path, at: pool.position, ConfigurationWords.noURL)
            return nil
        }
        if text.contains("${") {
            report("url", of: pool, ConfigurationWords.variableInURL)
            return nil
        }
        do throws(Endpoint.Fault) {
            return try PoolURL(text, defaultPort: upstream.profile.port)
        } catch {
            report("url", of: pool, AddressFault(error, in: text).message)
            return nil
        }
    }

    private mutating func readUser(_ pool: PoolValues, upstream: Upstream, wallet: WalletAddress?) -> String {
        let standard = upstream.profile.standardUser ?? wallet?.xvbUser ?? ""
        guard let user = expand("user", of: pool), !user.isEmpty else { return standard }
        if user.utf8.contains(where: { !(0x21..<0x7F).contains($0) }) || user.utf8.count > 128 {
            report("user", of: pool, ConfigurationWords.badUser)
        }
        switch upstream.profile.login {
        case .nameAndDifficulty:
            // p2pool reads what follows these as a fixed difficulty (docs/protocol.md#p2pool-login).
            if let sign = user.first(where: { ".+,".contains($0) }) {
                report(
                    "user", of: pool,
                    ConfigurationWords.readAsDifficulty(after: sign))
            }
        case .walletPrefix:
            let meant = (wallet?.text ?? user).prefix(8)
            if user != meant {
                warn("user", of: pool, ConfigurationWords.otherPrefix(meant))
            }
        }
        return user
    }

    private mutating func checkRigID(_ pool: PoolValues, upstream: Upstream) {
        guard case .string(let name)? = pool.values["rig-id"]?.content, !name.isEmpty else { return }
        switch upstream {
        case .p2pool: warn("rig-id", of: pool, ConfigurationWords.rigIDIgnored)
        case .xvb:
            report(
                "rig-id", of: pool,
                ConfigurationWords.rigIDTakesWork
            )
        }
    }

    private mutating func readCertificates(
        _ pool: PoolValues, _ upstream: Upstream, usesTLS: Bool
    ) -> CertificatePolicy {
        let pin = readFingerprint(pool, usesTLS: usesTLS)
        guard case .string(let word)? = pool.values["tls-verify"]?.content else {
            return pin.map { .pin($0) } ?? Self.standardCertificates(upstream)
        }
        if !usesTLS { warn("tls-verify", of: pool, ConfigurationWords.verifyWithoutTLS) }
        if word == "pin" {
            if pin == nil, pool.values["tls-fingerprint"].isNull {
                report("tls-verify", of: pool, ConfigurationWords.pinWithoutFingerprint)
            }
            return pin.map { .pin($0) } ?? .none
        }
        if pin != nil { report("tls-verify", of: pool, ConfigurationWords.pinBeside(word)) }
        return [.authority, .firstUse, .none].first { $0.word == word } ?? .none
    }

    /// p2pool makes itself another certificate at each start (docs/protocol.md#tls).
    private static func standardCertificates(_ upstream: Upstream) -> CertificatePolicy {
        switch upstream {
        case .p2pool: .none
        case .xvb: .firstUse
        }
    }

    private mutating func readFingerprint(_ pool: PoolValues, usesTLS: Bool) -> CertificatePin? {
        guard case .string(let text)? = pool.values["tls-fingerprint"]?.content, !text.isEmpty else { return nil }
        // Other tools than xmrig write colons between the bytes.
        let digits = text.filter { $0 != ":" }
        guard let pin = CertificatePin(digits) else {
            report("tls-fingerprint", of: pool, ConfigurationWords.badPin(characters: digits.count))
            return nil
        }
        if !usesTLS { report("tls-fingerprint", of: pool, ConfigurationWords.pinWithoutTLS) }
        return pin
    }

    private func keepalive(_ pool: PoolValues) -> Int? {
        switch pool.values["keepalive"]?.content {
        case .bool(true): 60
        case .number(let seconds): Int(seconds)
        default: nil
        }
    }

    private mutating func warnAboutPlain(_ pool: PoolValues, address: PoolURL, upstream: Upstream) {
        switch upstream {
        case .xvb:
            let isNear = IPAddress.isPrivate(address.endpoint.host) || address.endpoint.host == "localhost"
            // Tor encrypts all the way to a hidden service.
            if !isNear, !IPAddress.isHiddenService(address.endpoint.host) {
                warn("tls", of: pool, ConfigurationWords.plain)
            }
        case .p2pool:
            if IPAddress.isLiteral(address.endpoint.host), !IPAddress.isPrivate(address.endpoint.host) {
                warn(
                    "tls", of: pool, ConfigurationWords.plainOnInternet(address.endpoint.host)
                )
            }
        }
    }

    // MARK: Pool objects

    private static func standardPools(_ path: String) -> [PoolValues] {
        guard case .array(let elements) = standard(path) else { return [] }
        return elements.enumerated().map { index, element in
            guard case .object(let members) = element.content else { preconditionFailure("\(path) has a bad default") }
            let values = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
            return PoolValues(path: "\(path)[\(index)]", position: nil, values: values)
        }
    }

    private mutating func expand(_ name: String, of pool: PoolValues) -> String? {
        guard case .string(let text)? = pool.values[name]?.content else { return nil }
        return expanded(text) { builder, message in builder.report(name, of: pool, message) }
    }

    private mutating func report(_ name: String, of pool: PoolValues, _ message: String) {
        report(.error, name, of: pool, message)
    }

    private mutating func warn(_ name: String, of pool: PoolValues, _ message: String) {
        report(.warning, name, of: pool, message)
    }

    private mutating func report(
        _ severity: ConfigurationProblem.Severity, _ name: String, of pool: PoolValues, _ message: String
    ) {
        // A pool from a flag or the table has no place in the file.
        let position = pool.position == nil ? nil : pool.values[name]?.position ?? pool.position
        let path = pool.path.hasPrefix("--") ? pool.path : "\(pool.path).\(name)"
        report(severity, path, at: position, message)
    }
}

extension JSONCValue? {
    /// Whether there is no value, or null.
    fileprivate var isNull: Bool { self == nil || self?.content == .null }
}

extension FlagOverrides {
    /// Whether a wallet was given at all, good or bad: then its absence is not to be reported as well.
    fileprivate func isWallet(in reader: ConfigurationReader) -> Bool {
        wallet != nil || reader.problems.contains { $0.path == "wallet" } || !reader.values["wallet"].isNull
    }
}

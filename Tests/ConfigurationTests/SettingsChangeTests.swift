import Testing

@testable import StratumProxy

@Suite("A configuration that is read again")
struct SettingsChangeTests {
    private static let otherWallet =
        "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD"

    /// For each key of the table a value that is not its default.
    private static let samples: [String: String] = [
        "bind": "[\"127.0.0.1:1\"]", "wallet": "\"${OTHER}\"", "mode": "\"hero\"", "tier": "\"whale\"",
        "max-tier-price": "2",
        "manual-xvb-seconds": "30", "window": "300", "cycle": "120", "min-slice": "9", "socks5": "\"tor:9050\"",
        "state-directory": "\"/other\"", "access-password": "\"pw\"", "tls": "false", "tls.cert": "\"/c\"",
        "tls.key": "\"/k\"", "rigs-per-lane": "7", "exclusive": "[\"big\"]", "verify-shares": "\"sample\"",
        "limits.rigs-per-address": "2000", "limits.connections-per-second": "7", "limits.logins-per-second": "7",
        "limits.rigs-without-share": "7",
        "user-agent": "\"x/1\"", "http": "\"127.0.0.1:9999\"", "http.enabled": "false", "http.host": "\"::1\"",
        "http.port": "9999", "http.access-token": "\"0123456789abcdef0123456789abcdef\"",
        "http.names": "[\"proxy.lan\"]",
        "notify": "[{\"url\": \"https://h/x\"}]", "low-hashrate": "70", "ping.url": "\"https://h/x\"",
        "ping.interval": "60",
        "print-time": "5", "verbose": "true", "log-level": "\"debug\"", "colors": "false",
        "p2pool.pools": "[{\"url\": \"10.0.0.9\"}]", "p2pool.api": "\"/other\"", "p2pool.api-interval": "5",
        "p2pool.api-socks5": "\"tor:9050\"", "p2pool.api-ca": "\"/ca\"", "p2pool.buffer": "60",
        "p2pool.confidence": "0.9", "p2pool.external-hashrate": "0", "p2pool.rigs-per-lane": "7",
        "p2pool.max-lanes": "7", "xvb.pools": "[{\"url\": \"10.0.0.9\"}]", "xvb.nearest": "false", "xvb.api": "null",
        "xvb.api-interval": "5", "xvb.api-socks5": "\"tor:9050\"", "xvb.api-ca": "\"/ca\"", "xvb.buffer": "60",
        "xvb.external-hashrate": "0", "xvb.rigs-per-lane": "7", "xvb.max-lanes": "7",
    ]

    /// Keys that count at once.
    private static let live: Set<String> = [
        "mode", "tier", "max-tier-price", "manual-xvb-seconds", "cycle", "min-slice", "p2pool.buffer",
        "p2pool.confidence",
        "p2pool.external-hashrate", "xvb.buffer", "xvb.external-hashrate", "print-time", "verbose", "log-level",
        "access-password", "limits.rigs-per-address", "limits.connections-per-second",
        "limits.logins-per-second", "limits.rigs-without-share", "verify-shares", "p2pool.pools", "xvb.pools",
        "xvb.nearest", "tls", "tls.cert", "tls.key",
        "notify", "low-hashrate", "ping.url", "ping.interval",
    ]

    private static let keys = ConfigurationKeys.all.filter { key in
        // What can have one value only never changes.
        if case .fixed = key.kind { false } else { key.kind != .section }
    }.map(\.path)

    /// The settings of a file with these values by path.
    private func settings(_ values: [String: String]) throws -> LoadedConfiguration {
        var sections: [String: [String]] = [:]
        for (path, value) in values {
            let names = path.split(separator: ".")
            sections[names.count > 1 ? String(names[0]) : "", default: []].append(
                "\"\(names[names.count - 1])\": \(value)")
        }
        let nested = sections.filter { !$0.key.isEmpty }
            .map { "\"\($0.key)\": {\($0.value.joined(separator: ", "))}" }
        let text = "{" + (sections["", default: []] + nested).joined(separator: ", ") + "}"
        let environment: Environment = ["HOME": "/h", "OTHER": Self.otherWallet]
        let loaded = ConfigurationLoader.load(
            text: Array(text.utf8), file: "c.json", flags: FlagOverrides(), environment: environment)
        #expect(loaded.settings != nil, "\(loaded.problemLines)")
        return loaded
    }

    private func base() -> [String: String] {
        ["wallet": "\"\(WalletAddressTests.donation)\"", "p2pool.api": "\"/a\""]
    }

    @Test("Each key of the table counts at once or is named for a restart", arguments: keys)
    func everyKey(path: String) throws {
        var values = base()
        let sample = try #require(Self.samples[path], "say here what changes \(path)")
        values[path] = sample
        // A certificate and its key come together.
        if path.hasPrefix("tls.") { values["tls.cert"] = "\"/c\"" }
        if path.hasPrefix("tls.") { values["tls.key"] = "\"/k\"" }
        var before = base()
        // Before and after it is an object: that it becomes one is a change by itself.
        if path.hasPrefix("http.") {
            before["http.enabled"] = "true"
            values["http.enabled"] = values["http.enabled"] ?? "true"
        }
        let (old, new) = (try settings(before), try settings(values))
        #expect(old.settings != new.settings)
        let change = try change(old, new)
        let changed = path.hasPrefix("tls.") ? ["tls.cert", "tls.key"] : [path]
        if Self.live.contains(path) {
            #expect(change.applied.map(\.path) == changed && change.needsRestart.isEmpty)
            #expect(change.settings == new.settings)
        } else {
            #expect(change.applied.isEmpty && change.needsRestart.map(\.path) == changed)
            #expect(change.settings == old.settings)
        }
    }

    private func change(
        _ old: LoadedConfiguration, _ new: LoadedConfiguration, isXvBSetUp: Bool = true
    ) throws -> SettingsChange {
        SettingsChange(
            from: try #require(old.settings), old.values, to: (try #require(new.settings), new.values),
            isXvBSetUp: isXvBSetUp)
    }

    @Test("What can't change keeps its value beside what can, and both are told with the old value and the new")
    func both() throws {
        var values = base()
        values["p2pool.buffer"] = "100"
        values["window"] = "1200"
        values["cycle"] = "90"
        let change = try change(settings(base()), settings(values))
        #expect(change.applied.map(\.text) == ["cycle null -> 90 seconds", "p2pool.buffer 25 -> 100 percent"])
        #expect(change.needsRestart.map(\.text) == ["window 600 -> 1200 seconds"])
        #expect(change.settings.upstreams.p2pool.bufferPercent == 100 && change.settings.windowSeconds == 600)
    }

    // Fault N09.
    @Test("Only what the file changed is named: not what follows from it, and not a default that is written down")
    func named() throws {
        var values = base()
        values["rigs-per-lane"] = "7"
        values["socks5"] = "\"me:secret@tor:9050\""
        values["window"] = "600"
        let change = try change(settings(base()), settings(values))
        #expect(change.needsRestart.map(\.text) == ["rigs-per-lane 256 -> 7", "socks5 null -> \"***@tor:9050\""])
    }

    @Test("A key that waits for a restart is named again, one that counts already is not")
    func again() throws {
        var values = base()
        values["print-time"] = "5"
        values["state-directory"] = "\"/one\""
        let (old, new) = (try settings(base()), try settings(values))
        let first = try change(old, new)
        let second = SettingsChange(
            from: first.settings, first.values, to: (try #require(new.settings), new.values), isXvBSetUp: true)
        #expect(second.applied.isEmpty && second.needsRestart.map(\.text) == ["state-directory null -> \"/one\""])
        values["access-password"] = "\"pw\""
        let secret = try settings(values)
        values["access-password"] = "\"other\""
        #expect(try change(secret, settings(values)).applied.map(\.text) == ["access-password"])
    }

    @Test("A proxy that was started without XvB needs a restart for it, and can go back to p2pool at any time")
    func withoutXvB() throws {
        var values = base()
        values["mode"] = "\"p2pool\""
        let (alone, both) = (try settings(values), try settings(base()))
        let change = try change(alone, both, isXvBSetUp: false)
        #expect(change.settings.mode == .p2pool && change.needsRestart.map(\.path) == ["mode"])
        #expect(try self.change(both, alone).settings.mode == .p2pool)
        #expect(try self.change(alone, both).settings.mode == .default)
    }

    @Test("Proofs can be switched off at once, and on again only with a restart")
    func proofs() throws {
        var values = base()
        values["verify-shares"] = "\"off\""
        let (on, off) = (try settings(base()), try settings(values))
        #expect(try change(on, off).settings.verifyShares == .off)
        #expect(try change(off, on).needsRestart.map(\.path) == ["verify-shares"])
    }

    @Test("Pools that are made with what waits for a restart wait as well; a wallet is none of p2pool's pools")
    func pools() throws {
        var values = base()
        values["wallet"] = "\"${OTHER}\""
        values["xvb.pools"] = "[{\"url\": \"10.0.0.9\"}]"
        values["p2pool.pools"] = "[{\"url\": \"10.0.0.8\"}]"
        var change = try change(settings(base()), settings(values))
        #expect(change.applied.map(\.path) == ["p2pool.pools"])
        #expect(change.needsRestart.map(\.path) == ["wallet", "xvb.pools"])
        values["socks5"] = "\"tor:9050\""
        change = try self.change(settings(base()), settings(values))
        #expect(change.applied.isEmpty)
        #expect(change.needsRestart.map(\.path) == ["wallet", "p2pool.pools", "xvb.pools", "socks5"])
    }

    @Test("XvB's own regions are taken by their distance, other lists by their order, unless the operator says how")
    func nearest() throws {
        func prefersNearest(_ values: [String: String]) throws -> Bool {
            try #require(settings(base().merging(values) { $1 }).settings).upstreams.xvb.prefersNearest
        }
        let (na, eu) = ("{\"url\": \"na.xmrvsbeast.com\"}", "{\"url\": \"eu.xmrvsbeast.com\"}")
        #expect(try prefersNearest([:]))
        #expect(try prefersNearest(["xvb.pools": "[\(eu), \(na)]"]))
        #expect(try !prefersNearest(["xvb.pools": "[\(eu)]"]))
        #expect(try !prefersNearest(["xvb.pools": "[{\"url\": \"10.0.0.9\"}, \(na)]"]))
        #expect(try !prefersNearest(["xvb.nearest": "false"]))
        #expect(try prefersNearest(["xvb.pools": "[{\"url\": \"10.0.0.9\"}, \(na)]", "xvb.nearest": "true"]))
    }
}

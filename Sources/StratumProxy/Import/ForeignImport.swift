import ProxyTerms
import SplitScheduler
import Upstreams

/// Makes ours of another program's configuration.
enum ForeignImport {
    /// What of `file`, which is `program`'s, can be used.
    static func read(_ file: FlatFile, of program: ForeignProgram) -> ImportedConfiguration {
        var made = ImportedConfiguration()
        switch program {
        case .xmrig:
            readPools(file, &made)
            made.notes.append(ImportWords.rigStays)
        case .xmrigProxy:
            readPools(file, &made)
            readProxy(file, &made)
        case .gupaxx: readGupaxx(file, &made)
        case .pithead: readPithead(file, &made)
        case .p2pool: readP2Pool(file, &made)
        }
        moveRigPorts(&made)
        if made.wallet == nil { made.notes.append(ImportWords.noWallet) }
        if made.api == nil, made.mode != .p2pool { made.notes.append(ImportWords.noAPI) }
        return made
    }

    /// Rigs can't connect where p2pool listens on the same machine: that port would be the proxy itself.
    private static func moveRigPorts(_ made: inout ImportedConfiguration) {
        let pools = made.p2pool.isEmpty ? ["127.0.0.1:\(PoolProfile.p2pool.port)"] : made.p2pool.map(\.url)
        let taken = pools.compactMap { try? PoolURL($0).endpoint }.filter {
            $0.host == "localhost" || $0.host.hasPrefix("127.")
        }
        made.bind = made.bind.map { bind in
            guard let endpoint = try? Endpoint(bind, defaultPort: rigPort),
                taken.contains(where: { $0.port == endpoint.port })
            else { return bind }
            made.notes.append(ImportWords.rigPortMoved(endpoint.port))
            return Endpoint(host: endpoint.host, port: rigPort).description
        }
    }

    private static let rigPort: UInt16 = 3355

    /// A wallet where it is one, whatever is put behind it (`+50000`, `.rig`).
    private static func wallet(_ text: String?, _ made: inout ImportedConfiguration) {
        guard let text, made.wallet == nil else { return }
        let address = String(text.prefix { $0 != "." && $0 != "+" && $0 != "/" })
        guard address.hasPrefix("4"), address.utf8.count == 95 else { return }
        switch WalletAddress.check(address) {
        case .good: made.wallet = address
        case .bad(let cause): made.notes.append(ImportWords.badWallet(cause))
        }
    }

    // MARK: xmrig and xmrig-proxy

    private static func readPools(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        for index in 0..<file.count("pools") {
            let pool = "pools[\(index)]"
            if file["\(pool).enabled"] == "false" { continue }
            wallet(file["\(pool).user"], &made)
            guard let url = file["\(pool).url"], let address = try? PoolURL(url) else { continue }
            let usesTLS = file.isOn("\(pool).tls")
            if address.endpoint.host.hasSuffix("xmrvsbeast.com") {
                made.xvb.append(.init(url: url, usesTLS: true))
            } else if IPAddress.isNear(address.endpoint.host) {
                made.p2pool.append(.init(url: url, usesTLS: usesTLS))
            } else {
                made.notes.append(ImportWords.otherPool(url))
            }
        }
        if made.p2pool.isEmpty { made.notes.append(ImportWords.noP2Pool) }
    }

    private static func readProxy(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        for index in 0..<file.count("bind") {
            if let text = file["bind[\(index)]"] {
                made.bind.append(text)
            } else if let host = file["bind[\(index)].host"], let port = file["bind[\(index)].port"] {
                made.bind.append(UInt16(port).map { Endpoint(host: host, port: $0).description } ?? "\(host):\(port)")
            }
        }
        made.accessPassword = file["access-password"]
        if let certificate = file["tls.cert"], let key = file["tls.cert_key"] { made.certificate = (certificate, key) }
        if let mode = file["mode"] { made.notes.append(ImportWords.proxyMode(mode)) }
        for key in ["workers", "custom-diff", "log-file", "access-log-file", "http.enabled", "donate-level"] {
            guard let value = file[key], value != "false", value != "0" else { continue }
            let name = String(key.prefix { $0 != "." })
            if let hint = ForeignKeys.hint(for: name) { made.notes.append(ImportWords.key(name, hint)) }
        }
    }

    // MARK: Gupaxx

    private static func readGupaxx(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        wallet(file["p2pool.address"], &made)
        made.p2pool = [.init(url: "127.0.0.1:\(file["p2pool.stratum_port"] ?? "3333")")]
        // It starts p2pool with the directory of p2pool's own program as --data-api.
        if let path = file["gupax.absolute_p2pool_path"], let slash = path.lastIndex(of: "/") {
            made.api = String(path[..<slash])
            made.notes.append(ImportWords.gupaxxAPI)
        }
        if let port = file["xmrig_proxy.port"] { made.bind = ["0.0.0.0:\(port)"] }
        if file.isOn("xvb.simple") {
            made.mode = file.isOn("xvb.simple_hero_mode") ? .hero : .default
        } else {
            readGupaxxMode(file, &made)
        }
        if file["xvb.node"] == "Europe" {
            made.xvb = ["eu", "na"].map { .init(url: "\($0).xmrvsbeast.com:4247", usesTLS: true) }
        }
        if let buffer = file["xvb.p2pool_buffer"] { made.notes.append(ImportWords.gupaxxBuffer(buffer)) }
        if let token = file["xvb.token"], !token.isEmpty { made.notes.append(ImportWords.gupaxxToken) }
    }

    private static func readGupaxxMode(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        switch file["xvb.mode"] {
        case "Hero"?: made.mode = .hero
        case "ManualP2pool"?: made.mode = .p2pool
        case "ManualXvb"?: made.notes.append(ImportWords.gupaxxManual)
        case "ManualDonationLevel"?: made.tier = tier(file["xvb.manual_donation_level"])
        case _: break
        }
    }

    /// `DonorVIP`, `donor_whale`, `mega`: the highest word in it counts.
    private static func tier(_ text: String?) -> Tier? {
        let word = text?.lowercased() ?? ""
        return Tier.all().reversed().first { word.contains($0.key) }
    }

    // MARK: Pithead

    private static func readPithead(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        wallet(file["monero.wallet_address"], &made)
        if let password = file["p2pool.stratum_password"], !password.isEmpty { made.accessPassword = password }
        if let port = file["p2pool.stratum_port"] {
            made.bind = ["\(file["p2pool.stratum_bind"] ?? "0.0.0.0"):\(port)"]
        }
        if file["xvb.enabled"] == "false" { made.mode = .p2pool }
        made.tier = tier(file["xvb.donation_level"])
        if let url = file["xvb.url"], url != "na.xmrvsbeast.com:4247" { made.xvb = [.init(url: url, usesTLS: true)] }
        if file["xvb.tor"] != "false" {
            made.socks5 = "127.0.0.1:9050"
            made.notes.append(ImportWords.pitheadTor)
        }
        made.notes.append(ImportWords.pitheadP2Pool)
    }

    // MARK: p2pool

    private static func readP2Pool(_ file: FlatFile, _ made: inout ImportedConfiguration) {
        wallet(file["wallet"], &made)
        for address in (file["stratum"] ?? "127.0.0.1:3333").split(separator: ",") {
            guard let endpoint = try? Endpoint(address, defaultPort: PoolProfile.p2pool.port) else { continue }
            let isAny = ["0.0.0.0", "::"].contains(endpoint.host)
            let pool = ImportedConfiguration.Pool(url: isAny ? "127.0.0.1:\(endpoint.port)" : "\(endpoint)")
            if !made.p2pool.contains(pool) { made.p2pool.append(pool) }
        }
        made.api = file["data-api"]
        if made.api != nil, file["local-api"] == nil { made.notes.append(ImportWords.noLocalAPI) }
        if file["subaddress"] != nil { made.notes.append(ImportWords.subaddress) }
    }
}

import EventLoop
import Glibc
import ProxyTerms
import SplitScheduler

/// `stratum-proxy setup`: asks for what a configuration needs, tries each answer with the code of `check`, writes the file.
struct Setup {
    /// What was given on the command line.
    let flags: FlagOverrides
    let tor: String?
    /// Where rigs connect; the default where none is given.
    let bind: [String]
    let file: String
    /// Whether answers are tried.
    let tries: Bool
    let prompt: SetupPrompt

    private static let torAddress = "127.0.0.1:9050"
    private static let usualAPI = "/var/lib/p2pool/api"

    /// Asks and tries. - Returns: the configuration's text and its settings; nil where the operator leaves things as they are.
    func configuration() throws -> (text: String, settings: Settings)? {
        guard try mayReplace() else { return nil }
        let found = tries ? RunningP2Pool.all().first : nil
        if tries { print(found.map { SetupWords.found($0.process) } ?? SetupWords.foundNone) }
        let known = found?.configuration ?? ImportedConfiguration()
        var made = ImportedConfiguration()
        let wallet = try prompt.ask(SetupWords.wallet, given: flags.wallet, flag: "--wallet", standard: known.wallet) {
            switch WalletAddress.check($0) {
            case .good: .good($0)
            case .bad(let why): .bad(why)
            }
        }
        made.wallet = wallet
        made.bind = bind
        made.p2pool = try pools(known.p2pool.first?.url ?? "127.0.0.1:\(PoolProfile.p2pool.port)")
        made.api = try api(known.api, wallet: wallet)
        made.mode = try mode(hasAPI: made.api != nil)
        if made.mode != .p2pool { made.socks5 = try socks5() }
        return try whole(made)
    }

    /// A configuration that is one is not replaced by the way.
    private func mayReplace() throws -> Bool {
        let loaded = ConfigurationLoader.load(file: file, flags: FlagOverrides(), environment: .process)
        return loaded.settings == nil ? true : try prompt.confirm(SetupWords.mayReplace(file))
    }

    // MARK: Questions

    private func pools(_ standard: String) throws -> [ImportedConfiguration.Pool] {
        let given = flags.p2pool.isEmpty ? [nil] : flags.p2pool.map(Optional.some)
        return try given.map { given in
            try prompt.ask(SetupWords.p2pool, given: given, flag: "--p2pool", standard: standard) {
                try tried(pool: $0)
            }
        }
    }

    /// Logs in there, as the proxy will.
    private func tried(pool: String) throws -> SetupPrompt.Verdict<ImportedConfiguration.Pool> {
        let flags = FlagOverrides(mode: .p2pool, p2pool: [pool])
        let loaded = ConfigurationLoader.load(file: nil, flags: flags, environment: .process)
        guard let settings = loaded.settings else { return .bad(loaded.problemLines.joined(separator: "; ")) }
        guard tries else { return .good(.init(url: pool)) }
        switch try StartTrial.run(settings).pools.p2pool.first {
        case .mines(let job)?:
            print(SetupWords.good(CheckWords.mines(job)))
            return .good(.init(url: pool))
        case .failed(let cause)?: return .bad(CheckWords.failed(pool, cause))
        case .silent(let seconds)?: return .bad(CheckWords.silent(pool, seconds: seconds))
        case nil: return .bad(SetupWords.notTried(pool))
        }
    }

    private func api(_ found: String?, wallet: String) throws -> String? {
        let standard = found ?? (access(Self.usualAPI, F_OK) == 0 ? Self.usualAPI : "no")
        return try prompt.ask(SetupWords.api, given: flags.p2poolAPI, flag: "--p2pool-api", standard: standard) {
            if $0 == "no" { return .good(nil) }
            let flags = FlagOverrides(mode: .p2pool, p2poolAPI: $0)
            let loaded = ConfigurationLoader.load(file: nil, flags: flags, environment: .process)
            guard let settings = loaded.settings else { return .bad(loaded.problemLines.joined(separator: "; ")) }
            guard tries, case .directory(let path) = settings.upstreams.p2pool.api else { return .good($0) }
            let directory = P2PoolDirectory(path, wallet: wallet)
            guard let reading = directory.reading else { return .bad(directory.complaints.joined(separator: "; ")) }
            let difficulty = Quantity.difficulty(UInt64(reading.sidechainDifficulty))
            print(SetupWords.good(SetupWords.reading(reading.shareInWindow, difficulty: difficulty)))
            for complaint in directory.complaints { print("! " + complaint) }
            return .good(path)
        }
    }

    private func mode(hasAPI: Bool) throws -> SplitMode {
        let standard = hasAPI ? SplitMode.default : SplitMode.p2pool
        return try prompt.ask(SetupWords.mode, given: flags.mode?.key, flag: "--mode", standard: standard.key) {
            guard let mode = SplitMode(key: $0), mode != .manual else { return .bad(SetupWords.noManual) }
            return .good(mode)
        }
    }

    private func socks5() throws -> String? {
        try prompt.ask(SetupWords.tor, given: tor, flag: "--tor", standard: "no") {
            switch $0.lowercased() {
            case "no", "n": return .good(nil)
            case "yes", "y": return .good(Self.torAddress)
            case _:
                guard (try? Endpoint($0, ports: 1...65_535)) != nil else { return .bad(SetupWords.yesOrNo) }
                return .good($0)
            }
        }
    }

    // MARK: All together

    private func whole(_ made: ImportedConfiguration) throws -> (text: String, settings: Settings) {
        let text = made.text(
            head: "Made by `stratum-proxy setup`. Every key: `man stratum-proxy.json`, `stratum-proxy keys`.")
        let loaded = ConfigurationLoader.load(
            text: Array(text.utf8), file: file, flags: FlagOverrides(), environment: .process)
        guard let settings = loaded.settings else {
            loaded.problemLines.forEach(StandardError.print)
            throw CommandFailure(SetupWords.wouldNotMine(file))
        }
        guard tries else { return (text, settings) }
        print(SetupWords.tries)
        let findings = try StartTrial.run(settings)
        var found = CheckFindings(settings)
        // Who sets up the service looks with its user's eyes afterwards (`ServiceSetup`).
        found.serviceUser = nil
        for line in loaded.problemLines + SettingsSummary(settings, found, findings).lines {
            print(line)
        }
        guard findings.canListen(settings), findings.canMine(.p2pool) else {
            throw CommandFailure(SetupWords.wouldNotMine(file))
        }
        return (text, settings)
    }
}

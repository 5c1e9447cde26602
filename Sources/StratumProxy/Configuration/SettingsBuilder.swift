import ProxyTerms
import SplitScheduler

/// Makes settings of checked values: fills in the defaults, expands variables, and finds what does not fit together.
struct SettingsBuilder {
    let reader: ConfigurationReader
    private let directory: String?
    let flags: FlagOverrides
    let environment: Environment
    let machine: ThisMachine
    private(set) var problems: [ConfigurationProblem]
    /// `socks5` at the top, once it was read.
    var generalSOCKS5: SOCKS5Address?
    /// Where rigs connect, once it was read.
    private(set) var ownPorts: OwnPorts

    /// - Parameters:
    ///   - reader: the file's values and what was wrong with them.
    ///   - flags: what goes before the file.
    ///   - environment: the variables that `${NAME}` and the standard directories are taken from.
    ///   - machine: what is known of the hosts that are this machine.
    ///   - directory: the file's, which relative paths in it begin at; nil: the current one.
    init(
        _ reader: ConfigurationReader, flags: FlagOverrides, environment: Environment, machine: ThisMachine = .current,
        directory: String? = nil
    ) {
        self.directory = directory
        self.reader = reader
        self.flags = flags
        self.environment = environment
        self.machine = machine
        ownPorts = OwnPorts(bind: [], machine: machine)
        problems = reader.problems
    }

    /// The settings; usable only where `problems` then holds no error.
    mutating func build() -> Settings {
        let mode = SplitMode(content("mode")) ?? .default
        let wallet = readWallet()
        readGeneralSOCKS5()
        let bind = readBind()
        ownPorts = OwnPorts(bind: bind, machine: machine)
        var settings = Settings(
            bind: bind,
            wallet: wallet,
            upstreams: PerUpstream(
                p2pool: readUpstream(.p2pool, wallet: wallet, mode: mode),
                xvb: readUpstream(.xvb, wallet: wallet, mode: mode)),
            accessPassword: readAccessPassword(),
            tls: readTLS(),
            stateDirectory: readStateDirectory(),
            userAgent: text("user-agent") ?? "stratum-proxy/\(Version.current)")
        settings.http = readHTTP()
        settings.notify = readReceivers()
        settings.ping.target = readPing()
        for key in ConfigurationKeys.all { key.field?.fill(&settings, content(key.path)) }
        checkTogether(settings)
        return settings
    }

    // MARK: General

    private mutating func readBind() -> [Endpoint] {
        var addresses: [Endpoint] = []
        for text in texts("bind") {
            do throws(AddressFault) {
                let address = try Endpoint.parse(text)
                guard IPAddress.isLiteral(address.host) else {
                    throw AddressFault(
                        message: ConfigurationWords.notAnAddress(address.host))
                }
                if addresses.contains(address), address.port != 0 {
                    throw AddressFault(message: ConfigurationWords.twice(address))
                }
                addresses.append(address)
            } catch {
                fail("bind", error.message)
            }
        }
        if texts("bind").isEmpty { fail("bind", ConfigurationWords.noBind) }
        return addresses
    }

    private mutating func readWallet() -> WalletAddress? {
        guard let text = expanded("wallet") else { return nil }
        switch WalletAddress.check(text) {
        case .good: break
        case .bad(let message): fail("wallet", message)
        }
        return WalletAddress(text: text)
    }

    private mutating func readAccessPassword() -> Secret? {
        guard let text = expanded("access-password") else { return nil }
        if text.isEmpty {
            fail("access-password", ConfigurationWords.emptyPassword)
        }
        return Secret(text)
    }

    private mutating func readTLS() -> Settings.RigTLS {
        if content("tls") == .bool(false) { return .off }
        switch (expanded("tls.cert"), expanded("tls.key")) {
        case (nil, nil): return .selfSigned
        case (let certificate?, let key?):
            return .files(certificate: path(certificate, of: "tls.cert"), key: path(key, of: "tls.key"))
        case (_?, nil):
            fail("tls.cert", ConfigurationWords.certificateWithoutKey)
        case (nil, _?):
            fail("tls.key", ConfigurationWords.keyWithoutCertificate)
        }
        return .off
    }

    private mutating func readStateDirectory() -> String {
        if let text = expanded("state-directory") { return path(text, of: "state-directory") }
        return environment.ofService("STATE_DIRECTORY") ?? environment.userStateDirectories.first
            ?? path("~/.local/state/stratum-proxy", of: "state-directory")
    }

    // MARK: What does not fit together

    private mutating func checkTogether(_ settings: Settings) {
        if settings.manualXvBSeconds > Double(settings.windowSeconds) {
            fail("manual-xvb-seconds", ConfigurationWords.moreThanWindow(settings.windowSeconds))
        }
        if let cycle = settings.cycleSeconds, cycle > settings.windowSeconds {
            fail("cycle", ConfigurationWords.moreThanWindow(settings.windowSeconds))
        }
        if let slice = settings.minSliceSeconds {
            if let cycle = settings.cycleSeconds, slice > cycle {
                fail("min-slice", ConfigurationWords.moreThanCycle(cycle))
            } else if slice > settings.windowSeconds {
                fail("min-slice", ConfigurationWords.moreThanWindow(settings.windowSeconds))
            }
        }
        // Beside errors these would be noise: they may follow from them.
        if problems.hasErrors { return }
        if settings.mode != .manual, settings.manualXvBSeconds > 0 {
            warn("manual-xvb-seconds", ConfigurationWords.secondsWithoutEffect(mode: settings.mode.key))
        }
        if settings.p2poolConfidence == nil, settings.upstreams.p2pool.bufferPercent < 0 {
            let shares = 1 + settings.upstreams.p2pool.bufferPercent / 100
            warn("p2pool.buffer", ConfigurationWords.lessThanOneShare(risk: Numerics.exponential(-shares)))
        }
        if settings.mode == .manual, settings.manualXvBSeconds == 0 {
            warn("manual-xvb-seconds", ConfigurationWords.manualIsZero)
        }
        if settings.tier != nil, settings.mode != .default {
            warn("tier", ConfigurationWords.tierWithoutEffect(mode: settings.mode.key))
        }
        // The example file writes the default down; only another number was meant to do something.
        if settings.p2poolConfidence != nil, content("p2pool.buffer") != Self.standard("p2pool.buffer") {
            warn("p2pool.buffer", ConfigurationWords.bufferWithoutEffect)
        }
        if settings.mode == .default || settings.mode == .hero, settings.upstreams.p2pool.api == .none {
            warn(
                "p2pool.api",
                ConfigurationWords.noStatistics)
        }
    }

    // MARK: Reporting

    mutating func fail(_ path: String, _ message: String) {
        report(.error, path, message)
    }

    mutating func warn(_ path: String, _ message: String) {
        report(.warning, path, message)
    }

    private mutating func report(_ severity: ConfigurationProblem.Severity, _ path: String, _ message: String) {
        let flag = flags.value(at: path)?.flag
        report(severity, flag ?? path, at: flag == nil ? reader.values[path]?.position : nil, message)
    }

    mutating func report(
        _ severity: ConfigurationProblem.Severity, _ path: String, at position: SourcePosition?, _ message: String
    ) {
        problems.append(ConfigurationProblem(severity: severity, position: position, path: path, message: message))
    }
}

// MARK: Values with their defaults

extension SettingsBuilder {
    /// The value at `path`: from a flag, else from the file, else the table's default.
    func content(_ path: String) -> JSONCValue.Content {
        if let flag = flags.value(at: path) { return flag.content }
        if let value = reader.values[path] { return value.content }
        return Self.standard(path)
    }

    /// The default of the key at `path`.
    static func standard(_ path: String) -> JSONCValue.Content {
        guard let key = ConfigurationKeys.key(at: path) else { preconditionFailure("there is no key \(path)") }
        return key.standardContent
    }

    /// What each key is, and where that comes from.
    var values: ConfigurationValues {
        var values = ConfigurationValues()
        for key in ConfigurationKeys.all where key.kind != .section {
            if let pools = flags.pools(at: key.path) {
                let urls = pools.compactMap { $0.values["url"] }
                let objects = urls.map { url in
                    JSONCValue(
                        content: .object([JSONCMember(key: "url", keyPosition: url.position, value: url)]),
                        position: url.position)
                }
                values.set(key, .array(objects), .flag(pools.first?.path ?? ""))
            } else if let flag = flags.value(at: key.path) {
                values.set(key, flag.content, .flag(flag.flag))
            } else if let value = reader.values[key.path] {
                // The keys of an object count by themselves.
                let isObject = if case .object = value.content { true } else { false }
                values.set(key, isObject ? .object([]) : value.content, .file(line: value.position.line))
            } else {
                values.set(key, key.standardContent, .standard)
            }
        }
        return values
    }

    func text(_ path: String) -> String? {
        if case .string(let text) = content(path) { text } else { nil }
    }

    func number(_ path: String) -> Double {
        if case .number(let number) = content(path) { number } else { 0 }
    }

    func texts(_ path: String) -> [String] {
        guard case .array(let elements) = content(path) else { return [] }
        return elements.compactMap { if case .string(let text) = $0.content { text } else { nil } }
    }

    /// The text at `path` with its variables replaced; nil for null and for a variable that is not set (reported).
    mutating func expanded(_ path: String) -> String? {
        guard let text = text(path) else { return nil }
        return expanded(text) { builder, message in builder.fail(path, message) }
    }

    /// `text` with its variables replaced; nil where one is not set, after `complain`.
    mutating func expanded(_ text: String, complain: (inout Self, String) -> Void) -> String? {
        do throws(EnvironmentExpansion.Missing) {
            return try EnvironmentExpansion.expand(text, environment: environment)
        } catch {
            complain(&self, ConfigurationWords.unset(variable: error.name))
            return nil
        }
    }

    /// The path from the root that the text of the key at `key` means: below the file's directory, or where a flag says it the
    /// current one; `~/` is the home directory.
    func path(_ path: String, of key: String) -> String {
        guard path.hasPrefix("~/") else {
            if path.isEmpty || path.hasPrefix("/") { return path }
            guard flags.value(at: key) == nil, let directory else { return AbsolutePath.of(path) }
            return (directory == "/" ? "" : directory) + "/" + path
        }
        return (environment["HOME"] ?? "") + path.dropFirst(1)
    }
}

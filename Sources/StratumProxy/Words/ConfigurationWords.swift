import EventLoop
import ProxyTerms

/// What is wrong with a configuration beyond the kind of a single value, and what to write instead.
enum ConfigurationWords {
    // MARK: Rigs, password, TLS

    static func notAnAddress(_ host: String) -> String {
        "'\(Sanitizer.printable(host))' is not an IP address; use 0.0.0.0 for every IPv4 address of this machine, [::] for "
            + "every address, 127.0.0.1 for this machine only"
    }

    static func twice(_ address: Endpoint) -> String { "\(address) is here twice" }

    static let noBind = "the list is empty: rigs can't connect"
    static let emptyPassword = "an empty password would lock every rig out; write null for none"
    static let certificateWithoutKey = "there is a certificate but no \"key\""
    static let keyWithoutCertificate = "there is a key but no \"cert\""

    // MARK: The admin port

    static let emptyToken = "an empty token would keep nobody out; write null for none"
    static let badToken = "a token is made of letters, digits and signs of ASCII, without blanks"

    static func shortToken(_ least: Int) -> String {
        "other machines can guess it: take \(least) characters at least, such as those of `openssl rand -hex 16`"
    }

    static func needsToken(_ address: Endpoint) -> String {
        "\(address) can be reached from other machines: set \"http\": { \"host\": \"\(address.host)\", \"access-token\": \"...\" }, or "
            + "listen at 127.0.0.1"
    }

    static func isRigPort(_ address: Endpoint, bind: Endpoint) -> String {
        "rigs connect to \(bind), so readers can't have \(address): take another port"
    }

    static func notAName(_ name: String) -> String {
        "'\(Sanitizer.printable(name))' is no name of a machine: write it without http:// and without a port"
    }

    // MARK: What doesn't fit together

    static func moreThanWindow(_ seconds: Int) -> String { "more than the window, which has \(seconds) seconds" }

    static func moreThanCycle(_ seconds: Int) -> String { "more than the cycle, which has \(seconds) seconds" }

    static let manualIsZero = "mode is \"manual\" and this is 0: nothing goes to XvB"

    static func tierWithoutEffect(mode: String) -> String {
        "has no effect: mode is \"\(mode)\", and a tier is held in mode \"default\""
    }

    static func secondsWithoutEffect(mode: String) -> String {
        "has no effect: mode is \"\(mode)\", and these seconds are those of mode \"manual\""
    }

    static func lessThanOneShare(risk: Double) -> String {
        "below 0 p2pool gets less than one share per window takes: none in it \(Quantity.percent(risk)) of the time, and XvB skips a "
            + "win without one"
    }

    /// `word` was written for the mode and is a tier.
    static func isTier(_ word: String) -> String {
        "; that is a tier: write \"mode\": \"default\", \"tier\": \"\(word)\""
    }

    static let bufferWithoutEffect =
        "has no effect: \"confidence\" says how much p2pool keeps; set one of them"
    static let noStatistics =
        "without p2pool's statistics nothing goes to XvB; start p2pool with --data-api DIR --local-api and put DIR here"

    static func unset(variable: String) -> String {
        "the environment variable \(Sanitizer.printable(variable)) is not set"
    }

    // MARK: The APIs

    static let badAPIAddress = "expected an address such as https://host:port/path, without ? and #"
    static let insecureAPI =
        "without https anyone on the network path sees your wallet and can forge the figures"
    static let emptyAPI =
        "expected a directory or an http(s) address, found an empty text; write null for none"
    static let notAnAPI = "expected a directory or an http(s) address"
    static let notAWebAPI = "expected an http(s) address"

    static let belowAPI =
        "p2pool's --data-api is the directory above local, pool and network: write that one, or its address"

    // MARK: Pools

    static let variableInURL =
        "${NAME} is replaced in wallet, user, pass and passwords, not in a url: write the address"

    static let allDisabled = "every pool is disabled"
    static let noWallet =
        "the wallet is missing, and XvB knows you by it: add \"wallet\": \"4...\" (or --wallet 4...), or set "
        + "\"mode\": \"p2pool\" to mine without XvB"
    static let controlCharacter = "has a control character in it"
    static let noURL = "a pool needs a \"url\" such as \"127.0.0.1:3333\""
    static let badUser = "a login name has 1 to 128 letters, digits and signs of ASCII, and no space"
    static let rigIDIgnored = "p2pool ignores it, and it is not sent"
    static let rigIDTakesWork =
        "XvB credits the work to the rig-id instead of the user, so the work would be lost to you; leave it out"
    static let pinWithoutTLS = "there is no certificate without \"tls\": true"
    static let verifyWithoutTLS = "has no effect: there is no certificate without \"tls\": true"
    static let pinWithoutFingerprint =
        "needs \"tls-fingerprint\": the SHA-256 of the pool's certificate (the log shows it at the first connection)"

    static func pinBeside(_ word: String) -> String {
        "\"tls-fingerprint\" names the one certificate that is taken: leave it out for \"\(word)\", or write \"pin\" here"
    }

    static let plain = "without \"tls\": true anyone on the network path can steal the hashrate"
    static let scope = "a SOCKS5 proxy can't use an address with a scope (%)"

    static func isOurselves(_ pool: String, bind: String, _ upstream: Upstream) -> String {
        "\(pool) is the proxy itself: rigs connect there (\"bind\": \(bind)). Write the address of "
            + (upstream == .p2pool
                ? "p2pool's Stratum port (127.0.0.1:\(upstream.profile.port) by default)" : "XvB's node")
            + ", or let rigs connect to another port"
    }

    static func readAsDifficulty(after sign: Character) -> String {
        "p2pool reads what follows '\(sign)' as a difficulty; leave it out, the proxy sets the difficulty"
    }

    static func otherPrefix(_ prefix: Substring) -> String {
        "XvB counts by the first 8 characters of the wallet, which are \(prefix)"
    }

    static func badPin(characters count: Int) -> String {
        "expected the 64 hex digits of a SHA-256, found \(count) characters"
    }

    static func plainOnInternet(_ host: String) -> String { "\(host) is on the internet; \(plain)" }

    static func needsTor(key: String) -> String {
        "a .onion address is reached through Tor only: set \"\(key)\": \"127.0.0.1:9050\""
    }

    // MARK: The wallet

    static let emptyWallet = "the wallet is empty"

    static func placeholder(_ text: String) -> String {
        "'\(Sanitizer.printable(text))' is a placeholder: put the address your p2pool mines to"
    }

    static func notInAddresses(_ character: Character) -> String {
        "'\(Sanitizer.printable(String(character)))' does not occur in Monero addresses (nor do 0, O, I and l)"
    }

    static func subaddress(_ first: Character) -> String {
        "this is a subaddress (begins with \(first)); p2pool, and so XvB, needs the primary one that begins with 4"
    }

    static func otherBeginning(_ first: Character) -> String {
        "a Monero address begins with 4, this one with \(first)"
    }

    static func otherLength(_ length: Int) -> String { "a Monero address has 95 characters, this one \(length)" }

    static let badChecksum =
        "the address's checksum is wrong, so there is a typing error in it: copy it again from your wallet"
    static let integrated =
        "this is an integrated address; p2pool pays to the standard one (95 characters) only"

    static func otherNetwork(_ network: String) -> String {
        "this is an address of Monero's \(network); p2pool and XvB need one of the main network (it begins with 4)"
    }

    static func otherTag(_ tag: UInt8) -> String {
        "this is no standard Monero address (its first byte is \(tag), not 18)"
    }

    // MARK: The file

    /// Why a configuration file can't be read, and what helps, to stand after its path.
    static func unreadable(_ failure: FileReadingFailure, limit: Int) -> String {
        switch failure {
        case .notFound: "No such file or directory: `stratum-proxy setup` writes one"
        case .permissionDenied:
            "Permission denied: let the user that runs this read it (user \(AccountNames.currentUser))"
        case .notRegular: "not an ordinary file"
        case .tooLarge: "larger than \(Quantity.bytes(limit))"
        case .other(let code): LoopError(errno: code).text
        }
    }

    /// The first word of the command line is none.
    static func noCommand(_ word: String, isFile: Bool, nearest: String?) -> String {
        let shown = Sanitizer.printable(word)
        let hint =
            isFile
            ? "; `stratum-proxy run -c \(shown)` runs with that file" : nearest.map { ": did you mean `\($0)`?" } ?? ""
        return "there is no command '\(shown)'\(hint)\nSee `stratum-proxy --help`."
    }

    static let noCommandLine = "/proc is not mounted here, so the command line can't be read: mount -t proc proc /proc"

    static let noConfiguration =
        "there is no configuration. Start with `stratum-proxy --wallet 4... --p2pool-api DIR`, or write a config.json "
        + "(deploy/config.example.json explains every key), or see `stratum-proxy demo`."
}

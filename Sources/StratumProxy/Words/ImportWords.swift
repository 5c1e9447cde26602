/// Configurations of other programs: whose they are, and what can't be carried over.
enum ImportWords {
    /// Whose file it is: "xmrig-proxy's configuration".
    static func whose(_ program: ForeignProgram) -> String {
        switch program {
        case .xmrig: "xmrig's configuration"
        case .xmrigProxy: "xmrig-proxy's configuration"
        case .gupaxx: "Gupaxx's state"
        case .pithead: "Pithead's configuration"
        case .p2pool: "p2pool's list of parameters"
        }
    }

    /// Instead of an error for each of its keys.
    static func foreign(_ program: ForeignProgram, _ file: String) -> String {
        "this is \(whose(program)), not this proxy's: `stratum-proxy import \(file)` prints ours, made of it"
    }

    static func made(_ program: ForeignProgram, _ file: String) -> String {
        "\(file) is \(whose(program)); ours is on standard output: save it as config.json, then `stratum-proxy check`"
    }

    static func unknown(_ file: String) -> String {
        "\(file) is no configuration that is known here: xmrig, xmrig-proxy, Gupaxx (state.toml), Pithead, p2pool (params)"
    }

    static func ours(_ file: String) -> String { "\(file) is this proxy's own configuration already" }

    static let noWallet = "no wallet in it: put the address that your p2pool mines to in \"wallet\""
    static let noAPI =
        "no p2pool API in it: start p2pool with --data-api DIR --local-api and put DIR in \"p2pool\": {\"api\": ...}"
    static let noP2Pool =
        "no p2pool of yours in it: 127.0.0.1:3333 is used; set \"p2pool\": {\"pools\": ...} where it is elsewhere"
    static let noLocalAPI = "p2pool lacks local-api: add it, the plan needs it"
    static let subaddress = "p2pool pays to a subaddress; whether XvB finds such shares is not known"
    static let rigStays =
        "threads, tuning and HTTP stay xmrig's: in xmrig itself only set \"url\": \"PROXY-HOST:3355\" and \"user\" to the rig's name"
    static let gupaxxAPI =
        "p2pool's API: Gupaxx keeps it beside p2pool's program; stop Gupaxx's own XvB and proxy, two can't steer"
    static let gupaxxManual =
        "the manual hashrate for XvB is not carried over: see \"mode\": \"manual\" and \"manual-xvb-seconds\""
    static let gupaxxToken = "XvB's token is not needed"
    static let pitheadTor =
        "XvB through Tor needs a Tor at 127.0.0.1:9050 (\"socks5\"); Pithead's own is inside its network"
    static let pitheadP2Pool =
        "where Pithead's p2pool listens is not in it: set \"p2pool\": {\"pools\": ..., \"api\": ...}, and another \"bind\" port where "
        + "Pithead goes on running"

    static func badWallet(_ cause: String) -> String { "the wallet in it is left out: \(cause)" }

    static func rigPortMoved(_ port: UInt16) -> String {
        "the rigs' port \(port) is p2pool's, too: 3355 is used instead; point the rigs there"
    }

    static func otherPool(_ url: String) -> String {
        "pool \(Sanitizer.printable(url)) is left out: it is neither in your network nor XvB's, and only p2pool and XvB are mined to"
    }

    static func proxyMode(_ mode: String) -> String {
        "mode \(Sanitizer.printable(mode)) is left out: who owns the nonce byte is seen from the jobs"
    }

    static func gupaxxBuffer(_ percent: String) -> String {
        "p2pool_buffer \(Sanitizer.printable(percent)) is left out: \"p2pool\": {\"buffer\": 25} keeps one share and a quarter in the window"
    }

    static func key(_ name: String, _ hint: String) -> String { "\(name): \(hint)" }
}

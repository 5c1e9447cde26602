import ProxyTerms
import SplitScheduler

/// What `stratum-proxy setup` asks and says.
enum SetupWords {
    // MARK: Questions

    static let wallet = "The Monero address that your p2pool mines to (begins with 4)"
    static let p2pool = "p2pool's Stratum port, as host:port"
    static let api = "The directory of p2pool's --data-api (no: there is none; then nothing goes to XvB)"
    static let mode =
        "What XvB gets: default (just enough for the highest tier you can hold), hero (all that p2pool can spare), "
        + "p2pool (nothing)"
    static let tor =
        "Reach XvB through Tor (no, yes, or its host:port)? It keeps your address from XvB; more shares are stale"

    static func mayReplace(_ file: String) -> String {
        "\(file) is a configuration already. Replace it (it is kept as \(file).old)?"
    }

    static func mayJoin(_ group: String) -> String {
        "Only group \(group) can read p2pool's files. Put the service's user into it?"
    }

    static func mayBind(_ directory: String) -> String {
        "The service does not see /home. Let it see \(directory), and nothing else there?"
    }

    static let mayStart = "Start the service now, and at each boot?"
    static let yesOrNo = "answer yes or no"

    // MARK: What came of an answer

    static func found(_ process: Int32) -> String {
        "p2pool runs here (process \(process)); its answers are the defaults below."
    }

    static let foundNone = "No p2pool runs on this machine (or this user can't see it)."

    static func good(_ what: String) -> String { "  good: \(what)" }

    static func reading(_ share: Bool?, difficulty: String) -> String {
        "sidechain difficulty \(difficulty), share in window: \(share.map { $0 ? "yes" : "no" } ?? "not known")"
    }

    static let noManual = "write default, hero or p2pool; mode manual needs a number of seconds in the file"

    static func notTried(_ pool: String) -> String { "\(pool) (not tried)" }

    // MARK: The end

    static let tries = "All together, as `stratum-proxy check` tries it:"

    static func wouldNotMine(_ file: String) -> String {
        "with these answers the proxy would not mine, see ! above; \(file) was not written"
    }

    static func written(_ file: String) -> String { "\(file) is written." }

    static func runs(_ rigs: String) -> String {
        "The proxy runs. In each rig's xmrig configuration:\n"
            + "  \"pools\": [{ \"url\": \"\(rigs)\", \"user\": \"rig-name\", \"keepalive\": true }]\n"
            + "Look at it: sudo stratum-proxy status, sudo journalctl -fu stratum-proxy"
    }

    static let doesNotRun = "the service did not start; sudo journalctl -u stratum-proxy -n 20 says why"

    static func startBy(_ file: String) -> String { "Start it: stratum-proxy run -c \(file)" }

    static let startService = "Start it: sudo systemctl enable --now stratum-proxy"

    // MARK: Failures

    static func needs(_ flag: String) -> String { "--yes needs \(flag): nothing on this machine says it" }

    static func nobodyAnswers(_ flag: String) -> String { "nobody answers; give \(flag) on the command line" }

    static func gaveUp(_ flag: String) -> String {
        "no usable answer; start again, or give \(flag) on the command line"
    }

    static func cantBecome(_ user: String, _ cause: String) -> String {
        "can't look with the rights of user \(user): \(cause)"
    }

    static func cantWrite(_ path: String, _ cause: String) -> String { "can't write \(path): \(cause)" }
}

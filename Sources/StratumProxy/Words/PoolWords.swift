import EventLoop
import ProxyCore
import ProxyTerms
import StratumCodec
import Upstreams

/// Connections to pools, jobs and verdicts.
enum PoolWords {
    // MARK: Connections

    static func ready(_ lane: LaneID, _ endpoint: String, tls: String?, ownsByte: Bool) -> String {
        let version = tls.map { " \($0)" } ?? ""
        let kind = ownsByte ? ", one rig per lane" : ""
        return "use pool \(endpoint) \(lane.upstream.name)\(version) (lane \(lane.index + 1)\(kind))"
    }

    /// `way`: how far its connection had come; nil where that is not known.
    static func closed(
        _ lane: LaneID, _ endpoint: String, _ reason: LaneClosing, _ way: LaneWay?, retry: Double?
    ) -> String {
        "\(lane.upstream.name) \(endpoint)\(place(way, endpoint)) lane \(lane.index + 1) closed: \(reason.text)"
            + hang(reason, way) + (retry.map { ", again in \(Quantity.duration($0))" } ?? "")
    }

    /// At which of the addresses of `endpoint` a lane was connected, where its name doesn't say it.
    private static func place(_ way: LaneWay?, _ endpoint: String) -> String {
        switch way {
        case .pool(let address): "\(address)" == endpoint ? "" : " (\(address.host))"
        case .throughProxy: " (through its SOCKS5 proxy)"
        case .lookingUp, .tried, .proxy, nil: ""
        }
    }

    /// What has not answered, where the core's deadline has passed.
    private static func hang(_ reason: LaneClosing, _ way: LaneWay?) -> String {
        guard case .fault(.connectTimeout) = reason else { return "" }
        switch way {
        case .lookingUp: return " (no answer to the look-up of its name)"
        case .tried(let addresses): return " (\(list(addresses)))"
        case .proxy(let address): return " (its SOCKS5 proxy at \(address) has not made it)"
        case .pool, .throughProxy, nil: return ""
        }
    }

    static func up(_ upstream: Upstream, _ endpoint: String) -> String {
        "\(upstream.name) is up at \(endpoint)"
    }

    static func down(_ upstream: Upstream, other: OtherUpstream) -> String {
        switch other {
        case .up: "\(upstream.name) is down; rigs mine on \(upstream.other.name) where it has work"
        case .down, .unused: "\(upstream.name) is down"
        }
    }

    static func moved(_ upstream: Upstream, from old: String, to new: String) -> String {
        old == new
            ? "\(upstream.name) connects anew to \(new), with its new settings"
            : "\(upstream.name) moves from \(old) to \(new)"
    }

    /// `XvB: eu, 31 ms; na 118 ms`: which of its regions is used where it can be, and why.
    static func regions(_ upstream: Upstream, _ regions: [RegionSnapshot]) -> String {
        "\(upstream.name): \(Self.regions(regions))"
    }

    static func regions(_ regions: [RegionSnapshot]) -> String {
        let shown = regions.enumerated().map { index, region in
            // eu.xmrvsbeast.com:4247 is eu.
            let isXvB = region.endpoint.contains(xvbDomain)
            let name = isXvB ? String(region.endpoint.prefix { $0 != "." }) : region.endpoint
            guard let ping = region.ping else { return "\(name) does not answer" }
            return "\(name)\(index == 0 ? "," : "") \(Int(ping.rounded())) ms"
        }
        return shown.joined(separator: "; ")
    }

    private static let xvbDomain = ".xmrvsbeast.com:"

    static func noneUp(_ upstreams: [Upstream], grace: Double) -> String {
        "\(unreachable(upstreams)): rigs keep their last job for \(Quantity.duration(grace)), then their "
            + "backup pools take over"
    }

    /// All of these: those that are used.
    static func unreachable(_ upstreams: [Upstream]) -> String {
        let names = upstreams.map(\.name).joined(separator: " nor ")
        return upstreams.count > 1 ? "neither \(names) can be reached" : "\(names) can't be reached"
    }

    // MARK: Why a connection can't be made

    static func notFound(_ endpoint: CoreEndpoint, _ cause: String) -> String {
        let host = endpoint.socks5.map { "SOCKS5 proxy \($0.endpoint.host)" } ?? endpoint.endpoint.host
        return "\(host) not found (\(cause))"
    }

    /// `host`: as the configuration names it.
    static func connectFailed(to host: String, _ failed: [FailedAddress]) -> String {
        guard !failed.isEmpty else { return "connect failed (it has no address)" }
        if failed.count == 1, failed[0].address.host == host { return "connect failed (\(failed[0].cause))" }
        return "connect failed (\(list(failed)))"
    }

    static func answeredFirst(_ upstream: Upstream, _ address: SocketAddress, _ failed: [FailedAddress]) -> String {
        "\(upstream.name): connected to \(address) (\(list(failed)))"
    }

    private static let mostAddressesListed = 4

    /// In the order of the addresses, not of the tries, which is another one each time.
    private static func list(_ failed: [FailedAddress]) -> String {
        let lines = failed.map { "\($0.address): \($0.cause)" }.sorted()
        let more = lines.count - mostAddressesListed
        return lines.prefix(mostAddressesListed).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    static func isOurselves(at listener: String) -> String {
        "it is this proxy itself (rigs connect to \(listener)): set \"url\" to the pool's address"
    }

    static let speaksTLS = "it speaks TLS on this port: set \"tls\": true in this pool"

    /// Behind the end of a plain connection.
    static let saidNothing = " before it said anything (a TLS port? then set \"tls\": true in this pool)"

    /// Behind a TLS handshake that failed.
    static let isPlain = ": for a plain port set \"tls\": false in this pool"

    static let earlyData = "it sent data before the TLS handshake"

    static func proxyTrouble(_ endpoint: CoreEndpoint, _ text: String) -> String {
        "SOCKS5 proxy \(endpoint.socks5?.endpoint.description ?? "-"): \(text)"
    }

    // MARK: Jobs

    static func newJob(
        _ upstream: Upstream, _ endpoint: String, difficulty: UInt64, algorithm: String, height: UInt64
    ) -> String {
        "new job from \(upstream.name) \(endpoint) diff \(Quantity.difficulty(difficulty)) algo \(algorithm) height \(height)"
    }

    /// `count` jobs since the last line, this one with them; nil where each gets a line.
    static func jobRefused(_ upstream: Upstream, _ fault: PoolFault, count: Int?) -> String {
        let others = count.map { $0 > 1 ? "; \($0 - 1) more before it" : "" } ?? ""
        return "refused a job of \(upstream.name) that no rig can mine (\(fault.cause))\(others)"
    }

    static func slotsShort(_ upstream: Upstream, lanes: Int) -> String {
        "\(upstream.name): many rigs came within one job, its nonces run short: \(Quantity.count(lanes, "connection")) from now on"
    }

    // MARK: Verdicts

    static func accepted(_ share: AcceptedShare, by rig: String?) -> String {
        "accepted (\(share.accepted)/\(share.rejected)) diff \(Quantity.difficulty(share.difficulty)) \(share.upstream.name) (\(share.milliseconds) ms)"
            + (rig.map { ": rig \(Sanitizer.printable($0))" } ?? "")
    }

    static func accepted(_ share: AcceptedShare, more: Int) -> String {
        "accepted (\(share.accepted)/\(share.rejected)) \(share.upstream.name), and \(more) more since the last line"
    }

    static func rejected(
        _ upstream: Upstream, _ rig: String, difficulty: UInt64, _ text: String, _ accepted: UInt64,
        _ rejected: UInt64
    ) -> String {
        "rejected (\(accepted)/\(rejected)) diff \(Quantity.difficulty(difficulty)) \(upstream.name) \"\(Sanitizer.printable(text))\": \(rig)"
    }

    static func sidechainShare(by rig: String?, difficulty: UInt64, shares: UInt64) -> String {
        let finder = rig.map { " by \(Sanitizer.printable($0))" } ?? ""
        return "p2pool share found\(finder): difficulty \(Quantity.difficulty(difficulty)), \(shares) since the start"
    }
}

extension FailedAddress {
    /// Why an address is not connected to.
    fileprivate var cause: String {
        switch error {
        case nil, "ETIMEDOUT"?: "no answer"
        case let name?: name
        }
    }
}

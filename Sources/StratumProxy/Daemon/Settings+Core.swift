import ProxyCore
import ProxyTerms
import SplitScheduler

// What the configuration means to the core and to the schedule.
extension Settings {
    /// The core's settings.
    var core: CoreSettings {
        var core = CoreSettings(
            upstreams: PerUpstream(p2pool: upstreams.p2pool.core(isP2Pool: true), xvb: upstreams.xvb.core(isP2Pool: false)),
            accessPassword: accessPassword?.revealed, agent: userAgent)
        core.exclusiveWorkers = exclusiveWorkers
        return core
    }

    /// The schedule's settings.
    var split: SplitSettings {
        var split = SplitSettings()
        split.mode = mode.split
        split.manualXvBSeconds = manualXvBSeconds
        split.window = windowSeconds
        split.p2poolBuffer = upstreams.p2pool.bufferPercent
        split.xvbBuffer = upstreams.xvb.bufferPercent
        split.externalP2Pool = upstreams.p2pool.externalHashrate
        split.externalXvB = upstreams.xvb.externalHashrate
        return split
    }
}

extension Settings.Mode {
    fileprivate var split: SplitMode {
        switch self {
        case .default: .default
        case .hero: .hero
        case .manual: .manual
        case .p2pool: .p2pool
        }
    }
}

extension UpstreamSettings {
    fileprivate func core(isP2Pool: Bool) -> CoreUpstream {
        CoreUpstream(
            endpoints: endpoints.map(\.core), rigsPerLane: rigsPerLane, maxLanes: maxLanes, isP2Pool: isP2Pool)
    }
}

extension EndpointSettings {
    fileprivate var core: CoreEndpoint {
        var core = CoreEndpoint(
            host: address.host, port: address.port, usesTLS: usesTLS, pin: fingerprint.map(Self.hex), user: user,
            pass: pass.revealed, keepaliveSeconds: keepaliveSeconds.map(Double.init))
        core.sendsServerName = sendsServerName
        return core
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

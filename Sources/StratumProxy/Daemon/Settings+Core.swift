import ProxyCore
import ProxyTerms
import SplitScheduler
import Upstreams

// What the configuration means to the core and to the schedule.
extension Settings {
    /// The core's settings.
    var core: CoreSettings {
        var core = CoreSettings(
            upstreams: PerUpstream(
                p2pool: upstreams.p2pool.core(isP2Pool: true), xvb: upstreams.xvb.core(isP2Pool: false)),
            accessPassword: accessPassword?.revealed, agent: userAgent)
        core.exclusiveWorkers = exclusiveWorkers
        return core
    }

    /// The schedule's settings.
    var split: SplitSettings {
        var split = SplitSettings()
        split.mode = mode
        split.manualXvBSeconds = manualXvBSeconds
        split.window = windowSeconds
        // In a window of a few seconds, as the demo has, a slice must not fill most of it.
        split.minSlice = min(split.minSlice, windowSeconds / 20)
        split.p2poolBuffer = upstreams.p2pool.bufferPercent
        split.xvbBuffer = upstreams.xvb.bufferPercent
        // 0 is the key's default: nothing was stated.
        split.externalP2Pool = upstreams.p2pool.externalHashrate > 0 ? upstreams.p2pool.externalHashrate : nil
        split.externalXvB = upstreams.xvb.externalHashrate > 0 ? upstreams.xvb.externalHashrate : nil
        return split
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
            host: address.host, port: address.port, usesTLS: usesTLS, pin: fingerprint?.description, user: user,
            pass: pass.revealed, keepaliveSeconds: keepaliveSeconds.map(Double.init))
        core.sendsServerName = sendsServerName
        return core
    }
}

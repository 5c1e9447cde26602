import ProxyCore
import ProxyTerms
import SplitScheduler
import Upstreams

/// What of the configuration the core is told at its start.
extension ProxySettings {
    /// The data plane's settings. An endpoint has the same index there as in `upstreams`.
    var core: CoreSettings {
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: upstreams.p2pool.core(isP2Pool: true), xvb: upstreams.xvb.core(isP2Pool: false)),
            accessPassword: accessPassword?.revealed, agent: userAgent)
        settings.exclusiveWorkers = exclusiveWorkers
        return settings
    }

    /// The scheduler's settings.
    var split: SplitSettings {
        let outside = upstreams.xvb.externalHashrate
        return SplitSettings(
            mode: mode, manualXvBSeconds: manualXvBSeconds, window: windowSeconds,
            p2poolBuffer: upstreams.p2pool.bufferPercent, xvbBuffer: upstreams.xvb.bufferPercent,
            externalP2Pool: upstreams.p2pool.externalHashrate, externalXvB: outside > 0 ? outside : nil)
    }
}

extension ConfiguredUpstream {
    fileprivate func core(isP2Pool: Bool) -> UpstreamSettings {
        UpstreamSettings(
            endpoints: pools.map(\.core), rigsPerLane: rigsPerLane, maxLanes: maxLanes, isP2Pool: isP2Pool)
    }
}

extension ConfiguredPool {
    fileprivate var core: EndpointSettings {
        EndpointSettings(
            host: address.host, port: address.port, usesTLS: usesTLS, pin: fingerprint?.description, user: user,
            pass: pass.revealed, keepaliveSeconds: keepaliveSeconds.map(Double.init))
    }
}

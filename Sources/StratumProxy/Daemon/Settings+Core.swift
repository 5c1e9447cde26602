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
                p2pool: upstreams.p2pool.core(.p2pool), xvb: upstreams.xvb.core(.xvb)),
            accessPassword: accessPassword?.revealed, agent: userAgent)
        core.exclusiveWorkers = exclusiveWorkers
        core.verifyShares = verifyShares
        core.limits = addressBounds
        // Not even connected to: `check` says "not used".
        if mode == .p2pool { core.upstreams.xvb.endpoints = [] }
        return core
    }

    /// What one address of rigs may take.
    var addressBounds: AddressBounds {
        AddressBounds(
            rigs: limits.rigsPerAddress, connectionsPerSecond: limits.connectionsPerSecond,
            loginsPerSecond: limits.loginsPerSecond, rigsWithoutShare: limits.rigsWithoutShare)
    }

    /// The schedule's settings.
    var split: SplitSettings {
        var split = SplitSettings()
        split.mode = mode
        split.manualXvBSeconds = manualXvBSeconds
        split.window = windowSeconds
        split.tier = tier
        split.mostTierPrice = mostTierPrice
        split.cycle = cycleSeconds
        // In a window of a few seconds, as the demo has, a slice must not fill most of it.
        split.minSlice = minSliceSeconds ?? min(split.minSlice, windowSeconds / 20)
        split.confidence = p2poolConfidence
        split.p2poolBuffer = upstreams.p2pool.bufferPercent
        split.xvbBuffer = upstreams.xvb.bufferPercent
        split.externalP2Pool = upstreams.p2pool.externalHashrate
        split.externalXvB = upstreams.xvb.externalHashrate
        return split
    }
}

extension UpstreamSettings {
    fileprivate func core(_ profile: PoolProfile) -> CoreUpstream {
        var core = CoreUpstream(
            endpoints: endpoints.map(\.core), rigsPerLane: rigsPerLane, maxLanes: maxLanes, profile: profile)
        core.prefersNearest = prefersNearest
        return core
    }
}

extension EndpointSettings {
    fileprivate var core: CoreEndpoint {
        var core = CoreEndpoint(
            host: address.endpoint.host, port: address.endpoint.port, usesTLS: usesTLS, user: user,
            pass: pass.revealed, keepaliveSeconds: keepaliveSeconds.map(Double.init))
        core.sendsServerName = sendsServerName
        core.certificates = certificates
        core.socks5 = socks5?.core
        return core
    }
}

import ProxyTerms
import SplitScheduler

/// The switches of a window: the first to XvB and the first back are told, of those that follow as planned their number.
struct LoggedSlices {
    /// Slices of this window so far.
    private(set) var inWindow = 0
    private var told = PerUpstream(p2pool: false, xvb: false)

    /// A switch; whether it is one of many that go as planned.
    mutating func isDetail(_ upstream: Upstream, _ cause: SwitchCause) -> Bool {
        if upstream == .xvb { inWindow += 1 }
        switch cause {
        case .planned, .workDone, .p2poolFirst:
            defer { told[upstream] = true }
            return told[upstream]
        case .shareLost, .upstreamDown, .notConnectedYet, .upstreamBack, .upstreamConnected, .planChanged:
            return false
        }
    }

    mutating func windowClosed() {
        self = LoggedSlices()
    }
}

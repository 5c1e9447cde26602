import ProxyTerms
import Upstreams

/// Which endpoints an upstream has, and which of its regions is preferred where the operator leaves that to us.
///
/// What changes here only changes whom the failover prefers: a lane to the nearer region is opened beside the others, and they go
/// there when it has been ready for a while.
final class RegionWatch {
    /// Seconds that must be left before the plan wants rigs on an upstream for its lanes to be exchanged.
    private static let exchangeSeconds = 5.0

    private let lanes: PerUpstream<LaneSet>
    private let lifecycle: LaneLifecycle
    private let schedule: Schedule
    private let outbox: Outbox
    private let agenda: Agenda
    private var choosers = PerUpstream<RegionChooser?>(p2pool: nil, xvb: nil)
    /// Whether the first round was told.
    private var wasTold = PerUpstream(p2pool: false, xvb: false)
    private var random: SeededGenerator

    init(
        lanes: PerUpstream<LaneSet>, lifecycle: LaneLifecycle, schedule: Schedule, outbox: Outbox, agenda: Agenda,
        random: SeededGenerator, now: Instant
    ) {
        self.lanes = lanes
        self.lifecycle = lifecycle
        self.schedule = schedule
        self.outbox = outbox
        self.agenda = agenda
        self.random = random
        for upstream in Upstream.allCases {
            let settings = lanes[upstream].settings
            guard settings.prefersNearest, settings.endpoints.count > 1 else { continue }
            choosers[upstream] = RegionChooser(Array(settings.endpoints.indices), now: now)
            agenda.regions.by(now)
        }
    }

    /// The regions of `upstream`, the nearest first, once they were measured; empty where nobody chooses among them.
    func regions(of upstream: Upstream) -> [RegionSnapshot] {
        guard let regions = choosers[upstream]?.regions, regions.contains(where: { $0.ping != nil }) else { return [] }
        return regions.map {
            RegionSnapshot(endpoint: lanes[upstream].address(of: $0.endpoint), ping: $0.ping)
        }
    }

    /// Whether the lanes of `group` may be exchanged for those of a preferred endpoint now. Where we choose among regions, that
    /// is never in one of its slices, nor shortly before.
    func mayMove(_ group: LaneSet, now: Instant) -> Bool {
        guard choosers[group.upstream] != nil else { return true }
        guard schedule.upstream != group.upstream else { return false }
        let next = min(schedule.expectedSwitch ?? .never, schedule.windowEnd)
        return now.adding(seconds: Self.exchangeSeconds) < next
    }

    /// Asks for the round trips that are due.
    func tick(now: Instant) {
        for upstream in Upstream.allCases {
            if let endpoint = choosers[upstream]?.tick(now: now) {
                outbox.add(.measure(upstream, endpoint: UInt16(endpoint)))
            }
            if let chooser = choosers[upstream] { agenda.regions.by(chooser.nextDeadline) }
        }
    }

    func measured(_ upstream: Upstream, endpoint: Int, milliseconds: Double?, now: Instant) {
        guard let before = choosers[upstream]?.order else { return }
        if choosers[upstream]?.measured(endpoint, milliseconds, now: now, using: &random) ?? false {
            let order = choosers[upstream]?.order ?? before
            let regions = regions(of: upstream)
            if !regions.isEmpty, !wasTold[upstream] || order.first != before.first {
                wasTold[upstream] = true
                outbox.tell(.regionsMeasured(upstream, regions))
            }
            prefer(order, lanes[upstream], now: now)
        }
        if let chooser = choosers[upstream] { agenda.regions.by(chooser.nextDeadline) }
    }

    /// Other endpoints, or other wishes about their order.
    func change(_ upstream: Upstream, to list: [CoreEndpoint], nearestFirst: Bool, now: Instant) {
        let group = lanes[upstream]
        guard group.failover != nil, !list.isEmpty else { return }
        var (order, replaced) = group.renumber(list)
        if nearestFirst, order.count > 1 {
            if choosers[upstream] == nil { choosers[upstream] = RegionChooser(order, now: now) }
            for number in replaced { choosers[upstream]?.replaced(number) }
            choosers[upstream]?.change(to: order, now: now)
            order = choosers[upstream]?.order ?? order
            agenda.regions.by(now)
        } else {
            choosers[upstream] = nil
            wasTold[upstream] = false
        }
        prefer(order, group, now: now)
    }

    private func prefer(_ order: [Int], _ group: LaneSet, now: Instant) {
        lifecycle.follow(group.prefer(order, now: now), group, now: now)
    }
}

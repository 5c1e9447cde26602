import ProxyTerms

/// One policy in one world, event by event, in milliseconds: shares found, shares leaving, APIs read, things breaking.
struct Simulation<Policy: SimulatedPolicy> {
    let world: ModelWorld
    var policy: Policy
    private var random: SeededGenerator
    private var tally = SimulationTally()

    private var now: Int64 = 0
    private let end: Int64
    private var service = SimulatedService()
    private var chain: SimulatedChain
    private var rigs: SimulatedRigs

    // What the rigs do: where they mine, and from when on (they may be reconnecting).
    private var mining = Upstream.p2pool
    private var miningFrom: Int64 = 0
    private var reachable = PerUpstream(p2pool: true, xvb: true)
    private var told = PerUpstream(p2pool: true, xvb: true)
    private var isAlive = true
    /// What p2pool got since the last tick.
    private var toP2Pool = 0.0
    private var died: Int64 = 0
    private var movedAt: Int64 = -86_400_000
    private var aimedAt: Tier?

    // The next moments of everything.
    private var xvbShares: ShareClock
    private var poolShares: ShareClock
    private var chainShares: ShareClock
    private var nextTick: Int64 = 0
    private var nextBreak: Int64 = .max
    private var breaks: [(at: Int64, what: Break)] = []
    private var breakIndex = 0
    private var frozen: XvBReading?
    private var delayed: [(at: Int64, reading: XvBReading)] = []

    private enum Break {
        case down(Upstream)
        case noticed(Upstream)
        case up(Upstream)
        case die
        case back
    }

    init(world: ModelWorld, policy: Policy, seed: UInt64) {
        self.world = world
        self.policy = policy
        random = SeededGenerator(seed: seed)
        xvbShares = ShareClock(seed: seed ^ 0x7876_6221)
        poolShares = ShareClock(seed: seed ^ 0x706F_6F6C)
        chainShares = ShareClock(seed: seed ^ 0x6368_6169)
        end = Int64(world.days * 86_400_000)
        chain = SimulatedChain(world.sidechain)
        rigs = SimulatedRigs(
            base: world.hashrate, weather: world.weather, isWatched: world.warmth > 0, random: &random)
        for outage in world.outages {
            breaks.append((Int64(outage.from * 1000), .down(outage.upstream)))
            breaks.append((Int64(outage.from * 1000) + 2_000, .noticed(outage.upstream)))
            breaks.append((Int64(outage.to * 1000), .up(outage.upstream)))
        }
        for restart in world.restarts {
            breaks.append((Int64(restart * 1000), .die))
            breaks.append((Int64(restart * 1000) + 20_000, .back))
        }
        breaks.sort { $0.at < $1.at }
        nextBreak = breaks.first?.at ?? .max
    }

    /// Runs to the end and tells what came of it.
    mutating func run() -> SimulationTally {
        warmUp()
        while now < end {
            var next = min(min(xvbShares.next, poolShares.next), min(chainShares.next, nextTick))
            next = min(next, nextBreak)
            if isAlive { next = min(next, max(policy.nextDeadline.milliseconds, now + 1)) }
            if world.polledEvery > 0 { next = min(next, now + Int64(world.polledEvery * 1000)) }
            next = max(now, min(next, end))
            measure(until: next)
            now = next
            if now >= end { break }
            happen()
        }
        tally.seconds = Double(end) / 1000
        return tally
    }

    // MARK: Beginning

    private mutating func warmUp() {
        // A day of even shares, as if the tier had been held all along.
        let rate = max(0, world.tier.hashrate * world.warmth - (world.warmth > 0 ? world.outside.xvb : 0))
        if rate > 0 {
            let every = world.xvbShare / rate * 1000
            var at = -86_400_000.0 + every / 2
            while at < 0 {
                let second = Instant(milliseconds: Int64(at))
                service.accept(world.xvbShare * world.service.creditRatio, at: Int64(at))
                policy.credited(work: world.xvbShare, to: .xvb, at: second)
                at += every
            }
            while service.nextHourLeave <= 0 { service.leaveHour() }
            while service.nextDayLeave <= 0 { service.leaveDay() }
            creditP2Pool(rate: max(0, world.hashrate - rate))
        }
        chain.warmUp(
            hashrate: world.hashrate + world.outside.p2pool,
            toP2Pool: max(0, world.hashrate - rate) + world.outside.p2pool, random: &random)
        rigs.change(at: 0, random: &random)
        tick()
        redraw()
    }

    /// A day of even shares at p2pool: who has been there for a day knows what p2pool had of it.
    private mutating func creditP2Pool(rate: Double) {
        guard rate > 0 else { return }
        let every = world.hashrate * 10 / rate * 1000
        var at = -86_400_000.0 + every / 2
        while at < 0 {
            policy.credited(work: world.hashrate * 10, to: .p2pool, at: Instant(milliseconds: Int64(at)))
            at += every
        }
    }

    // MARK: Events

    private mutating func happen() {
        let instant = Instant(milliseconds: now)
        if now >= nextBreak { runBreaks() }
        if now >= xvbShares.next {
            xvbShares.found(at: now)
            tally.sent += world.xvbShare
            service.accept(world.xvbShare * world.service.creditRatio, at: now)
            tally.highestHour = max(tally.highestHour, service.hourWork)
            policy.credited(work: world.xvbShare, to: .xvb, at: instant)
        }
        if now >= poolShares.next {
            poolShares.found(at: now)
            policy.credited(work: world.hashrate * 10, to: .p2pool, at: instant)
        }
        if now >= chainShares.next {
            chainShares.found(at: now)
            chain.found(at: now)
        }
        if now >= nextTick { tick() }
        steer(instant)
    }

    private mutating func steer(_ instant: Instant) {
        guard isAlive else { return }
        policy.advance(
            now: instant, hashrate: policy.countsShares ? rigs.counted : HashrateInputs(total: rigs.reported))
        if let aim = policy.aimedAt {
            if let aimedAt, aim != aimedAt { tally.tierChanges += 1 }
            aimedAt = aim
        }
        guard policy.upstream != mining else { return }
        mining = policy.upstream
        tally.switches += 1
        tally.shortestStay = min(tally.shortestStay, Double(now - movedAt) / 1000)
        movedAt = now
        if policy.reconnects, world.reconnect > 0 {
            miningFrom = now + Int64(world.reconnect * 1000)
            tally.lost += rigs.hashrate * world.reconnect
        }
        redraw()
    }

    private mutating func runBreaks() {
        let instant = Instant(milliseconds: now)
        while breakIndex < breaks.count, breaks[breakIndex].at <= now {
            switch breaks[breakIndex].what {
            case .down(let upstream): reachable[upstream] = false
            case .noticed(let upstream):
                told[upstream] = false
                if isAlive { policy.reported(upstream, usable: false, at: instant) }
            case .up(let upstream):
                reachable[upstream] = true
                told[upstream] = true
                if isAlive { policy.reported(upstream, usable: true, at: instant) }
            case .die:
                isAlive = false
                died = now
                rigs.forgetShares()
            case .back:
                isAlive = true
                policy.restarted(died: Instant(milliseconds: died), now: instant)
                for upstream in Upstream.allCases where !told[upstream] {
                    policy.reported(upstream, usable: false, at: instant)
                }
            }
            breakIndex += 1
        }
        nextBreak = breakIndex < breaks.count ? breaks[breakIndex].at : .max
        redraw()
    }

    /// Each 30 s: the weather, and the APIs.
    private mutating func tick() {
        let instant = Instant(milliseconds: now)
        nextTick = now + 30_000
        if now > 0 {
            chain.add(work: toP2Pool)
            toP2Pool = 0
        }
        let before = rigs.hashrate
        let difficulty = chain.difficulty
        rigs.change(at: now, random: &random)
        chain.change(at: now)
        if rigs.hashrate != before || chain.difficulty != difficulty { redraw() }
        guard isAlive else { return }
        policy.observed(p2pool: chain.reading(at: now, tellsShares: world.tellsShares), at: instant)
        if now % 60_000 == 0, let reading = apiReading() { policy.observed(xvb: reading, at: instant) }
    }

    private mutating func apiReading() -> XvBReading? {
        var reading = XvBReading(
            credited1h: max(0, service.hourWork) / 3_600 + world.outside.xvb,
            credited24h: max(0, service.dayWork) / 86_400 + world.outside.xvb)
        if world.service.delay > 0 {
            delayed.append((now, reading))
            let asOf = now - Int64(world.service.delay * 1000)
            while delayed.count > 1, delayed[1].at <= asOf { delayed.removeFirst() }
            reading = delayed[0].reading
        }
        let seconds = Double(now) / 1000
        guard let fault = world.service.faults.first(where: { $0.from <= seconds && seconds < $0.to }) else {
            frozen = reading
            return reading
        }
        switch fault.kind {
        case .frozen: return frozen
        case .silent: return nil
        case .garbage: return XvBReading(credited1h: .nan, credited24h: -1e30, fails: -7)
        case .zeros: return XvBReading(credited1h: 0, credited24h: 0)
        }
    }

    // MARK: Finding shares

    /// What `upstream` really gets now, in H/s.
    private func rate(_ upstream: Upstream) -> Double {
        mining == upstream && reachable[upstream] && isAlive ? rigs.hashrate : 0
    }

    /// Tells the clocks how fast shares are found from now on.
    private mutating func redraw() {
        xvbShares.set(rate: rate(.xvb) / world.xvbShare, now: now, from: miningFrom)
        poolShares.set(rate: rate(.p2pool) / (world.hashrate * 10), now: now, from: miningFrom)
        chainShares.set(
            rate: (rate(.p2pool) + world.outside.p2pool) / chain.difficulty, now: now, from: min(now, miningFrom))
    }

    // MARK: Measuring

    private mutating func measure(until next: Int64) {
        let tier = world.tier.hashrate
        let need1h = (tier - world.outside.xvb) * 3_600 - 1e-3
        let need24h = (tier - world.outside.xvb) * 86_400 - 1e-3
        var at = now
        while at < next {
            let to = min(next, min(service.nextHourLeave, service.nextDayLeave))
            let length = Double(max(0, to - at))
            let isBelow1h = service.hourWork < need1h
            let isBelow24h = service.dayWork < need24h
            if isBelow1h { tally.below1h += length }
            if isBelow24h { tally.below24h += length }
            if isBelow1h || isBelow24h { tally.belowTier += length }
            at = max(at, to)
            while service.nextHourLeave <= at { service.leaveHour() }
            while service.nextDayLeave <= at { service.leaveDay() }
        }
        let length = Double(next - now)
        if world.tellsShares {
            tally.noShare += chain.timeWithoutShare(from: now, to: next)
        } else {
            // Where luck at p2pool is not part of the world, its chance counts instead.
            tally.noShare += chain.noShareProbability * length
        }
        toP2Pool += (rate(.p2pool) + world.outside.p2pool) * length / 1000
        if let risk = policy.promisedRisk {
            tally.promised += risk * length
            tally.promisedTime += length
        }
        tally.work += rigs.hashrate * length / 1000
        if !reachable[mining] || !isAlive { tally.lost += rigs.hashrate * length / 1000 }
    }
}

import ProxyTerms
import SplitScheduler

// What happens in a simulated world, and what policies are told of it.
extension Simulation {
    mutating func happen() {
        if now >= nextBreak { runBreaks() }
        if now >= xvbShares.next {
            xvbShares.found(at: now)
            let work = difficulty.found()
            judge.sent(work, inRound: rounds.isOn)
            service.accept(work, at: now)
            judge.highest(hour: service.hourWork)
            policy.credited(work: work, to: .xvb, at: instant)
        }
        if now >= outsideShares.next {
            outsideShares.found(at: now)
            service.accept(world.outsideShare, at: now)
        }
        if now >= poolShares.next {
            poolShares.found(at: now)
            policy.credited(work: world.hashrate * 10, to: .p2pool, at: instant)
        }
        if now >= chainShares.next {
            chainShares.found(at: now)
            chain.found(at: now)
        }
        if now >= rounds.nextEvent { turnRound() }
        if let lanes, now >= lanes.nextJob { jobCame() }
        if now >= nextTick { tick() }
        steer()
    }

    private mutating func steer() {
        guard isAlive else { return }
        var hashrate = policy.countsShares ? rigs.counted : HashrateInputs(total: rigs.reported)
        if let lanes { hashrate.fresh = lanes.fresh(hashrate: hashrate.total, at: now) }
        policy.advance(now: instant, hashrate: hashrate)
        if let aim = policy.aimedAt {
            if let aimedAt, aim != aimedAt { judge.tierChanged() }
            aimedAt = aim
            judge.aimed(at: aim, now: now)
        }
        guard policy.upstream != mining else { return }
        mining = policy.upstream
        judge.switched(after: Double(now - movedAt) / 1000)
        movedAt = now
        if mining == .xvb {
            lanes?.move()
            judge.sliceBegan(isWhole: lanes?.movedAll ?? true)
        } else {
            lanes?.leave()
        }
        if policy.reconnects, world.reconnect > 0 {
            miningFrom = now + Int64(world.reconnect * 1000)
            judge.lost(rigs.hashrate * world.reconnect)
        }
        redraw()
    }

    /// XvB's next job: rigs that had to wait for it go there in the middle of a slice.
    private mutating func jobCame() {
        lanes?.jobCame(at: now)
        if isAlive { policy.freshWorkArrived(at: instant) }
        if mining == .xvb, lanes?.move() == true { redraw() }
    }

    /// A round is won, or over.
    private mutating func turnRound() {
        if rounds.isOn {
            judge.roundEnded(lives: rounds.finish())
            return
        }
        let hasShare = !world.tellsShares || chain.timeWithoutShare(from: now, to: now + 1) == 0
        let tier = hasShare ? judge.winnable(hour: service.hourRank, day: service.dayRank, now: now) : .none
        rounds.draw(tier, at: now)
    }

    private mutating func runBreaks() {
        while breakIndex < breaks.count, breaks[breakIndex].at <= now {
            run(breaks[breakIndex].what)
            breakIndex += 1
        }
        nextBreak = breakIndex < breaks.count ? breaks[breakIndex].at : .max
        redraw()
    }

    private mutating func run(_ what: Break) {
        switch what {
        case .down(let upstream): reachable[upstream] = false
        case .noticed(let upstream):
            told[upstream] = false
            if isAlive { policy.reported(upstream, usable: false, at: instant) }
        case .up(let upstream):
            reachable[upstream] = true
            told[upstream] = true
            if upstream == .xvb { reopenLanes() }
            if isAlive { policy.reported(upstream, usable: true, at: instant) }
        case .die, .sleep:
            isAlive = false
            died = now
            rigs.forgetShares()
        case .back:
            isAlive = true
            reopenLanes()
            policy.restarted(died: Instant(milliseconds: died), now: instant, in: world)
            for upstream in Upstream.allCases where !told[upstream] {
                policy.reported(upstream, usable: false, at: instant)
            }
        case .wake:
            isAlive = true
            reopenLanes()
            if world.sleep.clockStandsStill {
                clockLag += now - died
                // CLOCK_BOOTTIME tells it.
                policy.slept((now - died + 500) / 1000, now: self.instant)
            }
        case .judged(let isJudged): judge.isOpen = isJudged
        }
    }

    /// All connections to XvB are new.
    private mutating func reopenLanes() {
        lanes?.reopen()
        if mining == .xvb { lanes?.move() }
    }

    /// Each 30 s: the weather, and the APIs.
    mutating func tick() {
        nextTick = now + 30_000
        if now > 0 {
            chain.add(work: toP2Pool)
            toP2Pool = 0
        }
        let before = rigs.hashrate
        let oldDifficulty = chain.difficulty
        rigs.change(at: now, random: &random)
        chain.change(at: now)
        lanes?.look(at: now)
        let hasMoved = mining == .xvb && lanes?.move() == true
        let hasChanged = difficulty.change(at: now)
        if hasChanged || hasMoved || rigs.hashrate != before || chain.difficulty != oldDifficulty { redraw() }
        guard isAlive else { return }
        policy.observed(p2pool: chain.reading(at: now, tellsShares: world.tellsShares), at: instant)
        guard now % 60_000 == 0 else { return }
        if let reading = apiReading() { policy.observed(xvb: reading, at: instant) }
        if world.tellsRounds { policy.observedWonRound(rounds.isNamed(at: now), of: nil, at: instant) }
    }

    private mutating func apiReading() -> XvBReading? {
        var reading = service.reading
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

    // MARK: Measuring

    mutating func measure(until next: Int64) {
        var at = now
        while at < next {
            let to = max(at, min(next, service.nextFall))
            if to > at {
                judge.stood(
                    from: at, to: to, hour: service.hourRank, day: service.dayRank,
                    afterLuck: now - lastWithoutShare, inRound: rounds.isOn)
                if rounds.isOn, service.hourRank < rounds.rank { rounds.below(from: at, to: to) }
            }
            at = to
            service.advance(to: at)
        }
        guard next > now else { return }
        let length = Double(next - now)
        if world.tellsShares {
            let without = chain.timeWithoutShare(from: now, to: next)
            if without > 0 { lastWithoutShare = next }
            judge.noShare(without)
        } else {
            // Where luck at p2pool is not part of the world, its chance counts instead.
            judge.noShare(chain.noShareProbability * length)
        }
        toP2Pool += (rate(.p2pool) + world.outside.p2pool) * length / 1000
        if let risk = policy.promisedRisk { judge.promised(risk, for: length) }
        let counted = isAlive ? rate(.p2pool) + rate(.xvb) : 0
        judge.worked(rigs.hashrate * length / 1000, lost: (rigs.hashrate - counted) * length / 1000)
    }
}

import ProxyTerms
import Testing

@testable import SplitScheduler
@testable import StratumProxy

/// What the plan of 10 kH/s says, on mini as in the draft.
private func plan(_ cause: PlanCause, xvb: Double = 0, tier: Tier = .none) -> WindowPlan {
    var plan = WindowPlan.allP2Pool(
        window: 600, cause: cause, hashrate: 10_000, movableHashrate: 10_000, required: 3_958, expectedShares: 2.4)
    plan.xvbSeconds = xvb
    plan.p2poolSeconds = 600 - xvb
    plan.mostXvBSeconds = 362.5
    plan.tier = tier
    plan.credited = CreditedAverages(hour: 970, day: 1_040)
    return plan
}

@Suite("The plan's reason in one sentence")
struct PlanReasonTests {
    // Fault N10.
    @Test("A tier that is held: the slice, the averages in the tier's unit, what p2pool keeps and its risk")
    func holding() {
        #expect(
            plan(.holdTier(.donor), xvb: 74, tier: .donor).reason
                == "XvB 74 s of 600: hold donor (1 kH/s): credited 0.97 of 1 kH/s in 1 h, 1.04 in 24 h; p2pool keeps 8.77 kH/s, risk of no share 9.1 %"
        )
    }

    @Test("A tier that waits for the first day says so, and for how long")
    func awaited() {
        var plan = plan(.holdTier(.donor), xvb: 74, tier: .donor)
        plan.higher = .waitsForDay(.vip, seconds: 7_200)
        #expect(
            plan.reason.hasSuffix(
                "risk of no share 9.1 %; VIP donor (10 kH/s) waits until the rigs are known for a day, \(Quantity.duration(7_200)) more (set \"tier\" to skip the wait)"
            ))
    }

    @Test(
        "A higher tier that isn't aimed at says why: out of reach, too dear, or given up before",
        arguments: [
            (HigherTier.outOfReach(.whale), "; whale (100 kH/s) is out of reach"),
            (
                .tooDear(.vip, price: 1.36, upTo: 1.17),
                "; VIP donor (10 kH/s) would cost 1.36 times its work, tiers are taken up to 1.17 (see \"max-tier-price\")"
            ),
            (
                .waitsAgain(.vip, seconds: 7_200),
                "; VIP donor (10 kH/s), given up before, waits until it has been worth its price for \(Quantity.duration(7_200)) more"
            ),
        ])
    func higher(tier: HigherTier, text: String) {
        var plan = plan(.holdTier(.donor), xvb: 74, tier: .donor)
        plan.higher = tier
        #expect(plan.reason.hasSuffix("risk of no share 9.1 %" + text))
    }

    // Fault N10.
    @Test("Without XvB's own figures the averages are counted, not credited")
    func counted() {
        var plan = plan(.holdTier(.donor), xvb: 74, tier: .donor)
        plan.credited?.isOwnCount = true
        #expect(plan.reason.contains("hold donor (1 kH/s): counted 0.97 of 1 kH/s in 1 h, 1.04 in 24 h;"))
    }

    @Test(
        "A tier that needs nothing in this window is held all the same, and one that p2pool's need leaves no room for waits"
    )
    func nothingNeeded() {
        var plan = plan(.holdTier(.donor), tier: .donor)
        #expect(
            plan.reason
                == "all p2pool: hold donor (1 kH/s) without more work in this window: credited 0.97 of 1 kH/s in 1 h, 1.04 in 24 h"
        )
        plan.mostXvBSeconds = 0
        plan.hashrate = 3_900
        #expect(
            plan.reason.hasPrefix("all p2pool: p2pool needs 3.96 kH/s of 3.9 kH/s now, donor (1 kH/s) waits: credited"))
    }

    @Test("Without a share in the window, or with old figures, the averages are told with their unit")
    func obstacles() {
        #expect(
            plan(.noShare).reason
                == "all p2pool: no share of ours in p2pool's window, XvB would skip a win without one: credited 1 h 970 H/s, 24 h 1.04 kH/s"
        )
        #expect(
            plan(.shareLeaving(seconds: 90)).reason
                == "all p2pool: our newest share leaves p2pool's window in 1 min 30 s: credited 1 h 970 H/s, 24 h 1.04 kH/s"
        )
        #expect(plan(.xvbDown).reason == "all p2pool: XvB can't be reached: credited 1 h 970 H/s, 24 h 1.04 kH/s")
        #expect(
            plan(.seedsDiffer).reason
                == "all p2pool: p2pool's jobs and XvB's have different RandomX seeds, each switch would cost every rig a new dataset: credited 1 h 970 H/s, 24 h 1.04 kH/s"
        )
        #expect(plan(.staleP2PoolReading(age: 660)).reason.hasPrefix("all p2pool: p2pool's figures are 11 min old"))
    }

    @Test("What doesn't hang on the averages doesn't tell them")
    func withoutAverages() {
        #expect(plan(.p2poolMode).reason == "all p2pool: mode p2pool")
        #expect(
            plan(.xvbFails(3)).reason
                == "all p2pool: XvB counts 3 fails; at 3 it removes the wallet from the raffle")
        #expect(
            plan(.notRegistered).reason.hasSuffix(
                "register it at https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"))
    }

    @Test("Rigs that p2pool needs all of: what it needs, what there is, and the risk that is left")
    func tooLow() {
        var low = plan(.hashrateTooLow)
        low.hashrate = 2_000
        low.expectedShares = 0.505
        low.credited = CreditedAverages(hour: 0, day: 0)
        #expect(
            low.reason
                == "all p2pool: p2pool needs 3.96 kH/s to have a share in its window, the rigs have 2 kH/s; risk of no share 60.4 %"
        )
    }

    @Test("Manual seconds that take what p2pool needs say so, and none at all say that too")
    func manual() {
        var manual = plan(.manual, xvb: 500)
        manual.expectedShares = 0.42
        #expect(
            manual.reason
                == "XvB 500 s of 600: manual, fixed seconds: credited 1 h 970 H/s, 24 h 1.04 kH/s; p2pool keeps 1.67 kH/s of the 3.96 kH/s it needs, risk of no share 65.7 %"
        )
        #expect(plan(.manual).reason.hasPrefix("all p2pool: manual-xvb-seconds is 0"))
    }

    @Test("Every cause has a sentence of one line, without a full stop and with nothing unprintable")
    func everyCause() {
        let causes: [PlanCause] = [
            .noHashrate, .vagueHashrate, .noP2PoolReading, .staleP2PoolReading(age: 700), .insaneInputs, .p2poolMode,
            .noShare, .shareUnknown, .shareLeaving(seconds: -3), .hashrateTooLow, .noTierInReach,
            .tierNotHeld(.donor, DayForecast.Outcome(held: 0.4, price: 2.6), upTo: 1.22),
            .tierHeldOutside(.vip), .holdTier(.mega), .hero, .manual, .xvbConnecting,
            .xvbDown, .seedsDiffer, .xvbFails(5), .notRegistered,
        ]
        var sentences = Set<String>()
        for cause in causes {
            for xvb in [0, 60.0] {
                let reason = plan(cause, xvb: xvb).reason
                #expect(reason.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }, "\(reason)")
                #expect(reason.count > 20 && reason.count < 250 && reason.last != ".", "\(reason)")
                sentences.insert(reason)
            }
        }
        #expect(sentences.count == 2 * causes.count)
    }
}

import ProxyTerms
import SplitScheduler

// XvB's jobs, where its node owns a byte of the nonce.
extension Scenarios {
    /// Where it doesn't own one, rigs find work on every job, and how often jobs come makes no difference: those worlds are the four
    /// plain ones. A reconnect costs a second here, whoever reconnects: a policy that does finds a new byte with each login.
    static let jobs: [Recipe] = [1, 3, 30].flatMap { rigs in
        [Tier.donor, .vip].flatMap { tier in
            [
                jobs("10", JobModel(interval: 10, rigs: rigs), tier),
                jobs("60", JobModel(interval: 60, rigs: rigs), tier),
                jobs("120", JobModel(interval: 120, rigs: rigs), tier),
                jobs("random", JobModel(interval: 120, rigs: rigs, isRandom: true), tier),
            ]
        }
    }

    private static func jobs(_ name: String, _ model: JobModel, _ tier: Tier) -> Recipe {
        let interval =
            model.isRandom
            ? "as Monero's blocks, 120 s on average and 15 min at most" : "each \(Int(model.interval)) s"
        return Recipe(
            name: "jobs-\(name)-\(model.rigs)-\(tier.key)",
            summary: "XvB owns the nonce byte, jobs come \(interval), \(model.rigs) rigs",
            hashrate: tier == .donor ? 10_000 : 25_000, tier: tier, xvbShare: tier == .donor ? 50_000 : 500_000
        ) { world in
            world.tellsShares = false
            world.jobs = model
            world.reconnect = 1
        }
    }
}

import EventLoop
import SplitScheduler
import StrictJSON

/// Answers what each tier would cost with another hashrate, by the arithmetic of `plan` and in the thread pool, one question at a time.
final class TierDesk {
    /// What comes of a question.
    enum Outcome {
        /// The document.
        case answered(String)
        /// Too many questions wait.
        case busy
        /// p2pool's figures are not known yet.
        case unknown
    }

    /// Questions that wait while one is answered.
    static let mostWaiting = 8
    /// Hashrates that make sense, in H/s.
    static let hashrates = 1.0...1e12
    /// The version of the document's form (docs/api.md#tiers).
    private static let version = 1

    private let loop: EventLoop
    private var waiting: [(settings: SplitSettings, inputs: PlanInputs, done: (Outcome) -> Void)] = []
    private var isAnswering = false

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// Hands the answer to `done`, at once or later, once and on the loop; not after the loop's end.
    func costs(
        _ hashrate: Double, _ report: StatusReport, _ settings: SplitSettings, done: @escaping (Outcome) -> Void
    ) {
        guard let inputs = TierCosts.inputs(report.snapshot, hashrate: hashrate) else { return done(.unknown) }
        guard waiting.count < Self.mostWaiting else { return done(.busy) }
        waiting.append((TierCosts.settings(settings), inputs, done))
        if !isAnswering { next() }
    }

    private func next() {
        guard !waiting.isEmpty else { return }
        isAnswering = true
        let (settings, inputs, done) = waiting.removeFirst()
        loop.inThreadPool {
            Planner.steadyPlan(settings, inputs).prospects
        } done: { [weak self] prospects in
            done(.answered(Self.document(inputs.hashrate, prospects)))
            self?.isAnswering = false
            self?.next()
        }
    }

    private static func document(_ hashrate: Double, _ prospects: [SteadyProspect]) -> String {
        var json = JSONObject()
        json.set("version", version)
        json.set("hashrate_hs", hashrate)
        json.objects("tiers", prospects) { json, prospect in
            TierCosts.fill(&json, prospect.tier, prospect)
        }
        return json.text
    }
}

/// One measured value.
struct Figure {
    let name: String
    let value: Double
    let unit: String
}

/// How much is done.
struct Load {
    /// Rigs, plain.
    var rigs = 10_000
    /// Rigs with TLS.
    var tlsRigs = 1_000
    /// Jobs that are fanned out.
    var jobs = 100
    /// Shares that are submitted.
    var shares = 200_000
    /// Seconds that are watched for idleness.
    var idleSeconds = 10.0
    /// Seconds in which a proxy must be up.
    var startSeconds = 10.0
}

/// What can be measured.
enum Scenario: String, CaseIterable {
    case memory
    case tls
    case jobs
    case submits
    case logins
    case idle
    case switches

    /// Measures one proxy. Nothing where the proxy can't do it.
    func run(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        switch self {
        case .memory: try memory(candidate, load)
        case .tls: try tlsMemory(candidate, load)
        case .jobs: try jobs(candidate, load)
        case .submits: try submits(candidate, load)
        case .logins: try logins(candidate, load)
        case .idle: try idle(candidate, load)
        case .switches: candidate.kind == .stratumProxy ? try switches(candidate, load) : []
        }
    }

    private func memory(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(), startSeconds: load.startSeconds)
        let few = load.rigs / 10
        try bench.grow(to: few)
        let before = bench.proxy.residentBytes
        try bench.grow(to: load.rigs)
        // The deadline for logins, which is remembered for each rig, has to pass (10 s).
        bench.reactor.run(seconds: 11)
        let after = bench.proxy.residentBytes
        // Some jobs and shares later, as in real life.
        for _ in 0..<5 { try bench.pushJob() }
        try bench.farm.submit(load.rigs * 2, active: 64)
        let used = bench.proxy.residentBytes
        return [
            Figure(name: "RSS with \(few) rigs", value: before / 1e6, unit: "MB"),
            Figure(name: "RSS with \(load.rigs) rigs", value: after / 1e6, unit: "MB"),
            Figure(name: "RSS per idle plain rig", value: (after - before) / Double(load.rigs - few), unit: "B"),
            Figure(name: "RSS after jobs and shares", value: used / 1e6, unit: "MB"),
        ]
    }

    private func tlsMemory(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(usesTLS: true), startSeconds: load.startSeconds)
        let few = load.tlsRigs / 10
        try bench.grow(to: few)
        bench.reactor.run(seconds: 12)
        let before = bench.proxy.residentBytes
        let spent = try bench.cost { try bench.grow(to: load.tlsRigs) }
        // The deadline for logins has to pass, and what the handshakes needed may be given back.
        bench.reactor.run(seconds: 12)
        let after = bench.proxy.residentBytes
        let more = Double(load.tlsRigs - few)
        let fanOut = try bench.cost { for _ in 0..<load.jobs { try bench.pushJob() } }
        return [
            Figure(name: "RSS per TLS rig", value: (after - before) / more / 1000, unit: "kB"),
            Figure(name: "processor per TLS login", value: (spent.user + spent.system) / more * 1e6, unit: "µs"),
            Figure(
                name: "user time per TLS rig and job", value: fanOut.user / Double(load.tlsRigs * load.jobs) * 1e6,
                unit: "µs"),
        ]
    }

    private func jobs(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(), startSeconds: load.startSeconds)
        try bench.grow(to: load.rigs)
        for _ in 0..<5 { try bench.pushJob() }
        let start = Clock.seconds
        let spent = try bench.cost { for _ in 0..<load.jobs { try bench.pushJob() } }
        let wall = Clock.seconds - start
        let count = Double(load.rigs * load.jobs)
        return [
            Figure(name: "user time per rig and job", value: spent.user / count * 1e6, unit: "µs"),
            Figure(name: "system time per rig and job", value: spent.system / count * 1e6, unit: "µs"),
            Figure(name: "job to the last of \(load.rigs) rigs", value: wall / Double(load.jobs) * 1e3, unit: "ms"),
        ]
    }

    private func submits(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(), startSeconds: load.startSeconds)
        try bench.grow(to: 1000)
        try bench.farm.submit(load.shares / 10, active: 64)
        var spent = ProcessorTime(user: 0, system: 0)
        var wall = 0.0
        let portions = 10
        for _ in 0..<portions {
            // A fresh job now and then, as in real life: no set of nonces grows for ever.
            try bench.pushJob()
            let start = Clock.seconds
            let portion = try bench.cost { try bench.farm.submit(load.shares / portions, active: 64) }
            wall += Clock.seconds - start
            spent.user += portion.user
            spent.system += portion.system
        }
        let count = Double(load.shares / portions * portions)
        guard bench.p2pool.submits + bench.xvb.submits == bench.farm.accepted else {
            throw BenchError("only \(bench.p2pool.submits) of \(bench.farm.accepted) shares reached a pool")
        }
        return [
            Figure(name: "user time per share", value: spent.user / count * 1e6, unit: "µs"),
            Figure(name: "system time per share", value: spent.system / count * 1e6, unit: "µs"),
            Figure(name: "shares a second (generator included)", value: count / wall, unit: "/s"),
        ]
    }

    private func logins(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(), startSeconds: load.startSeconds)
        // The first storm finds no lanes; the second one, after everybody was gone, finds them warm.
        try bench.grow(to: load.rigs)
        bench.farm.leave()
        bench.reactor.run(seconds: 1)
        bench.p2pool.pushJobs()
        bench.reactor.run(seconds: 0.5)
        let connecting = try bench.cost { try bench.farm.connect(upTo: load.rigs) }
        let start = Clock.seconds
        let spent = try bench.cost { try bench.farm.logIn() }
        let wall = Clock.seconds - start
        let count = Double(load.rigs)
        return [
            Figure(
                name: "processor per connection", value: (connecting.user + connecting.system) / count * 1e6,
                unit: "µs"),
            Figure(name: "processor per login", value: (spent.user + spent.system) / count * 1e6, unit: "µs"),
            Figure(name: "of it user time", value: spent.user / count * 1e6, unit: "µs"),
            Figure(name: "logins a second (generator included)", value: count / wall, unit: "/s"),
        ]
    }

    private func idle(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(), startSeconds: load.startSeconds)
        try bench.grow(to: min(1000, load.rigs))
        // With a hashrate there is a plan, which is the usual state. Then the deadline for logins has to pass (10 s).
        try bench.farm.submit(2000, active: 64)
        bench.reactor.run(seconds: 12)
        let sleeps = bench.proxy.sleeps
        let spent = bench.cost { bench.reactor.run(seconds: load.idleSeconds) }
        return [
            Figure(
                name: "wake-ups a second, idle", value: (bench.proxy.sleeps - sleeps) / load.idleSeconds, unit: "/s"),
            Figure(
                name: "processor, idle", value: (spent.user + spent.system) / load.idleSeconds * 1000, unit: "ms/s"),
        ]
    }

    /// Planned switches of the whole farm. A switch is due at a whole second of the monotonic clock.
    private func switches(_ candidate: Candidate, _ load: Load) throws -> [Figure] {
        let bench = try Bench(candidate, Needs(switches: true), startSeconds: load.startSeconds)
        try bench.grow(to: load.rigs)
        // The plan wants to see hashrate before it sends any of it anywhere.
        try bench.farm.submit(load.rigs * 2, active: 64)
        var user: [Double] = []
        var total: [Double] = []
        var first: [Double] = []
        var last: [Double] = []
        for _ in 0..<5 {
            // Fresh blobs on both sides: nobody can come back to nonces that were searched.
            bench.p2pool.pushJobs()
            bench.xvb.pushJobs()
            try bench.farm.awaitJobs(load.rigs)
            let spent = try bench.cost { try bench.farm.awaitJobs(load.rigs, atMost: 20) }
            let planned = bench.farm.firstJobAt.rounded(.down)
            user.append(spent.user)
            total.append(spent.user + spent.system)
            first.append(bench.farm.firstJobAt - planned)
            last.append(bench.farm.lastJobAt - planned)
        }
        return [
            Figure(name: "switch: first rig after the planned moment", value: first.median * 1e3, unit: "ms"),
            Figure(name: "switch: last of \(load.rigs) rigs", value: last.median * 1e3, unit: "ms"),
            Figure(name: "switch: processor", value: total.median * 1e3, unit: "ms"),
            Figure(name: "switch: user time per rig", value: user.median / Double(load.rigs) * 1e6, unit: "µs"),
        ]
    }
}

extension [Double] {
    /// The middle one; 0 where there is none.
    var median: Double {
        isEmpty ? 0 : sorted()[count / 2]
    }
}

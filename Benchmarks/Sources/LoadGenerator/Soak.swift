import Glibc

/// Runs the proxy for minutes while rigs, pools and the system do wrong what they can, and looks at what is left: memory,
/// descriptors, and whether every share is in the books.
final class Soak {
    /// What the rigs saw of their shares.
    struct Tally {
        var sent = 0
        var answered = 0
        var good = 0
        /// Sent on connections that ended before the answer.
        var unanswered = 0
    }

    let reactor = Reactor()
    let directory: String
    let proxy: ProxyProcess
    let port: UInt16
    let pools: [FakePool]
    private(set) var rigs: [SoakRig] = []
    var tally = Tally()
    private let path: String
    private var random: UInt64
    private var samples: [(at: Double, bytes: Double)] = []
    private var counts: [SoakFault: Int] = [:]

    init(_ path: String, seed: UInt64) throws {
        self.path = path
        random = seed
        // p2pool with a second endpoint, and XvB's node, which owns the nonce byte.
        pools = [try FakePool(reactor), try FakePool(reactor), try FakePool(reactor, ownsByte: true)]
        port = try Sockets.freePort()
        var template = Array("/tmp/stratum-soak-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw BenchError("no temporary directory") }
        directory = String(cString: made)
        Self.write(configuration: directory, port: port, pools: pools, xvbSeconds: 6, isBroken: false)
        proxy = try ProxyProcess(
            [path, "run", "-c", directory + "/config.json"], log: directory + "/log", directory: directory)
        rigs = (0..<24).map { SoakRig(self, name: "rig\($0)", isBad: $0 % 3 == 2) }
    }

    /// A random number; the same ones for the same seed.
    func draw(_ range: ClosedRange<Double>) -> Double {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        let unit = Double((z ^ (z >> 31)) >> 11) * 0x1p-53
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    /// Runs, and reports.
    /// - Returns: whether all is as it must be.
    func run(minutes: Double, say: (String) -> Void) throws -> Bool {
        let end = Clock.seconds + 30
        while !Sockets.isListening(port: port) {
            guard Clock.seconds < end else { throw BenchError("the proxy does not listen; see \(directory)/log") }
            usleep(50_000)
        }
        mine(seconds: 30, faults: false)
        let descriptors = try otherDescriptors()
        mine(seconds: minutes * 60, faults: true)
        mine(seconds: 60, faults: false)
        // The last shares have their answers.
        for rig in rigs where rig.isBad { rig.leave() }
        reactor.run(seconds: 20)
        let descriptorsAtEnd = try otherDescriptors()
        let books = SoakBooks(status: try status(), tally: tally, accepted: pools.reduce(0) { $0 + $1.accepted })
        let mining = rigs.count { $0.mines }
        let growth = growth
        say("faults: " + SoakFault.allCases.map { "\($0) \(counts[$0] ?? 0)" }.joined(separator: ", "))
        say(
            "memory: \(megabytes(samples.first?.bytes)) at first, \(megabytes(samples.last?.bytes)) at last, "
                + "growth over the second half \(Int(growth / 1024)) KiB")
        say(
            "descriptors beside those of rigs and ready pool connections: \(descriptors) before, \(descriptorsAtEnd) after; rigs with work: \(mining) of \(rigs.count { !$0.isBad })"
        )
        say(books.text)
        proxy.stop()
        say("exit status: \(proxy.exitStatus.map(String.init) ?? "none, killed")")
        let faults =
            books.faults + (growth < 4e6 ? [] : ["memory grows"])
            + (descriptorsAtEnd <= descriptors + 4 ? [] : ["descriptors are left open"])
            + (mining == rigs.count { !$0.isBad } ? [] : ["rigs are without work"])
            + (proxy.exitStatus == 0 ? [] : ["it did not end in order"])
        say(faults.isEmpty ? "soak: ok" : "soak: " + faults.joined(separator: "; ") + " (log: \(directory)/log)")
        return faults.isEmpty
    }

    private func mine(seconds: Double, faults: Bool) {
        let end = Clock.seconds + seconds
        var nextJobs = 0.0
        var nextFault = Clock.seconds
        var nextSample = Clock.seconds
        var running: [(at: Double, end: () -> Void)] = []
        while true {
            let now = Clock.seconds
            for fault in running where now >= fault.at { fault.end() }
            running.removeAll { now >= $0.at }
            if now >= end { break }
            for rig in rigs { rig.step(now) }
            if now >= nextJobs {
                for pool in pools where pool.mood == .well { pool.pushJobs() }
                nextJobs = now + draw(2...12)
            }
            if faults, now >= nextFault, let fault = SoakFault.allCases.randomElement(by: draw(0...1)) {
                counts[fault, default: 0] += 1
                let begun = begin(fault)
                running.append((now + begun.seconds, begun.end))
                nextFault = now + draw(1...15)
            }
            if faults, now >= nextSample {
                samples.append((now, proxy.residentBytes))
                nextSample = now + 5
            }
            reactor.run(seconds: 0.05)
        }
        // What outlasts the time is ended.
        for fault in running { fault.end() }
    }

    /// Bytes by which the memory grows over the second half, by least squares.
    private var growth: Double {
        let half = samples.suffix(samples.count / 2)
        guard let first = half.first, let last = half.last, half.count > 2 else { return 0 }
        let n = Double(half.count)
        let meanAt = half.reduce(0) { $0 + $1.at } / n
        let meanBytes = half.reduce(0) { $0 + $1.bytes } / n
        let above = half.reduce(0) { $0 + ($1.at - meanAt) * ($1.bytes - meanBytes) }
        let below = half.reduce(0) { $0 + ($1.at - meanAt) * ($1.at - meanAt) }
        return above / below * (last.at - first.at)
    }

    private func megabytes(_ bytes: Double?) -> String { "\(((bytes ?? 0) / 1e5).rounded() / 10) MB" }

    /// Open descriptors that no rig and no ready connection to a pool explains.
    private func otherDescriptors() throws -> Int {
        let status = try status()
        return proxy.descriptors - SoakBooks.connections(status: status)
    }

    // MARK: Files

    private func status() throws -> [UInt8] {
        guard let pipe = popen("'\(path)' status --json --state-directory '\(directory)/state'", "r") else {
            throw BenchError("no status")
        }
        defer { pclose(pipe) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, pipe))
        return bytes
    }

    func writeConfiguration(xvbSeconds: Int, isBroken: Bool) {
        Self.write(configuration: directory, port: port, pools: pools, xvbSeconds: xvbSeconds, isBroken: isBroken)
    }

    private static func write(
        configuration directory: String, port: UInt16, pools: [FakePool], xvbSeconds: Int, isBroken: Bool
    ) {
        guard let file = fopen(directory + "/config.json", "w") else { return }
        defer { fclose(file) }
        // The wallet is the Monero project's donation address; nothing here talks to anybody but this program. The rigs' hashes are made up.
        fputs(
            """
            { "bind": ["127.0.0.1:\(port)"], "mode": "manual", "manual-xvb-seconds": \(xvbSeconds), "window": 20,
              "wallet": "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
              "verify-shares": "off", "tls": {}, "state-directory": "\(directory)/state",
              "p2pool": {"pools": [{"url": "127.0.0.1:\(pools[0].port)"}, {"url": "127.0.0.1:\(pools[1].port)"}]},
              "xvb": {"pools": [{"url": "127.0.0.1:\(pools[2].port)", "tls": false}], "api": null} \(isBroken ? "" : "}")
            """, file)
    }
}

extension Array {
    /// The element at a random place; `unit` is in 0 ... 1.
    fileprivate func randomElement(by unit: Double) -> Element? {
        isEmpty ? nil : self[Swift.min(count - 1, Int(unit * Double(count)))]
    }
}

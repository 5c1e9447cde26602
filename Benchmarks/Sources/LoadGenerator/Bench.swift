import Glibc

/// One proxy in a process of its own, between two fake pools and a farm of fake rigs.
final class Bench {
    let reactor = Reactor()
    let p2pool: FakePool
    let xvb: FakePool
    let proxy: ProxyProcess
    let farm: RigFarm
    let candidate: Candidate

    init(_ candidate: Candidate, _ needs: Needs, startSeconds: Double) throws {
        self.candidate = candidate
        p2pool = try FakePool(reactor, ownsByte: needs.poolsOwnByte)
        xvb = try FakePool(reactor, ownsByte: needs.poolsOwnByte)
        let port = try Sockets.freePort()
        var template = Array("/tmp/stratum-bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw BenchError("no temporary directory") }
        let directory = String(cString: made)
        let command = try candidate.command(
            needs, port: port, p2pool: p2pool.port, xvb: xvb.port, directory: directory)
        proxy = try ProxyProcess(command, log: directory + "/log", directory: directory)
        farm = RigFarm(reactor, port: port, usesTLS: needs.usesTLS)
        let end = Clock.seconds + startSeconds
        while !Sockets.isListening(port: port) {
            guard Clock.seconds < end else {
                throw BenchError("\(candidate.name) does not listen; see \(directory)/log")
            }
            usleep(20_000)
        }
        // An xmrig-proxy has one upstream; the other pool stays alone.
        let hasTwo = candidate.kind == .stratumProxy
        try reactor.run("a lane", atMost: startSeconds) { p2pool.lanes > 0 && (!hasTwo || xvb.lanes > 0) }
    }

    /// Brings the farm to `count` rigs that have a job, and lets everything come to rest.
    func grow(to count: Int) throws {
        let present = farm.rigs.count
        try farm.connect(upTo: count)
        try farm.logIn(from: present)
        reactor.run(seconds: 0.5)
    }

    /// Gives a new job to every rig that mines on p2pool, and waits until all have it.
    func pushJob() throws {
        p2pool.pushJobs()
        try farm.awaitJobs(farm.rigs.count)
    }

    /// What the proxy spends while `work` is done.
    func cost(_ work: () throws -> Void) rethrows -> ProcessorTime {
        let before = proxy.time
        try work()
        return proxy.time - before
    }
}

import CLoadGenerator
import Glibc

/// What pools and the system do wrong in a soak; each ends after a while.
enum SoakFault: CaseIterable {
    case poolDown
    case poolSilent
    case poolRefusing
    case poolBabbling
    case poolFlaky
    case poolRestart
    case jobBurst
    case crowdLeaves
    case pause
    case reload
    case stateGone
    case diskFull
    case fewDescriptors
}

extension Soak {
    /// Begins a fault.
    /// - Returns: seconds until it ends, and what ends it.
    func begin(_ fault: SoakFault) -> (seconds: Double, end: () -> Void) {
        let pool = pools[Int(draw(0...Double(pools.count))) % pools.count]
        func mood(_ mood: FakePool.Mood, _ seconds: ClosedRange<Double>) -> (Double, () -> Void) {
            pool.mood = mood
            if mood == .down { pool.dropAll() }
            return (draw(seconds), { pool.mood = .well })
        }
        switch fault {
        case .poolDown: return mood(.down, 2...40)
        case .poolSilent: return mood(.silent, 2...40)
        case .poolRefusing: return mood(.refusing, 2...20)
        case .poolBabbling: return mood(.babbling, 1...10)
        case .poolFlaky: return mood(.flaky, 2...20)
        case .poolRestart:
            pool.dropAll()
            return (1, {})
        case .jobBurst:
            for _ in 0..<200 { pool.pushJobs() }
            return (1, {})
        case .crowdLeaves:
            for rig in rigs where draw(0...1) < 0.7 { rig.leave() }
            return (3, {})
        case .pause:
            kill(proxy.process, SIGSTOP)
            return (draw(0.2...6), { [proxy] in kill(proxy.process, SIGCONT) })
        case .reload:
            writeConfiguration(xvbSeconds: Int(draw(0...10)), isBroken: draw(0...1) < 0.3)
            kill(proxy.process, SIGHUP)
            return (1, {})
        case .stateGone:
            // In its place stands a file: nothing can be made there.
            rename(directory + "/state", directory + "/state-away")
            close(open(directory + "/state", O_CREAT | O_WRONLY, 0o600))
            return (
                draw(5...30),
                { [directory] in
                    unlink(directory + "/state")
                    rename(directory + "/state-away", directory + "/state")
                }
            )
        case .diskFull:
            proxy.limit(bench_file_size, to: 0)
            return (draw(5...30), { [proxy] in proxy.limit(bench_file_size, to: nil) })
        case .fewDescriptors:
            proxy.limit(bench_descriptors, to: proxy.descriptors + 2)
            return (draw(5...20), { [proxy] in proxy.limit(bench_descriptors, to: nil) })
        }
    }
}

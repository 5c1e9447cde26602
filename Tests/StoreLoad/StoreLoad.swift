import Glibc
import History
import ProxyTerms
import Store

/// Writes to a store without end, for tests that kill it: `StoreLoad PATH FIRST`. For each number from FIRST on it posts a second of
/// work, two shares of one moment, a minute's figures and a rig's, and then says on standard output which number it has posted, and
/// whether the store is "ok" or has a "fault".
@main
enum StoreLoad {
    /// Milliseconds between two numbers.
    private static let pause: UInt32 = 20
    /// The second of number 0, since 1970.
    static let origin: Int64 = 1_790_000_000

    static func main() {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "week", let until = Int64(arguments[3]) {
            return FilledWeek.write(to: arguments[2], until: until)
        }
        guard arguments.count == 3, var number = Int64(arguments[2]) else { exit(64) }
        // Lets files grow again, for the test that has limited them.
        signal(SIGUSR1) { _ in
            var limit = rlimit(rlim_cur: .max, rlim_max: .max)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGUSR1)
        // A thread of the test that starts us has it blocked.
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        let store = Store(arguments[1])
        _ = store.restore()
        store.start()
        while true {
            post(number, to: store)
            let line = Array("\(number) \(store.state.fault == nil ? "ok" : "fault")\n".utf8)
            guard write(1, line, line.count) == line.count else { exit(0) }
            number += 1
            usleep(pause * 1_000)
        }
    }

    private static func post(_ number: Int64, to store: Store) {
        let at = origin + number
        store.post { rows in
            rows.add(WorkSecond(at: at, work: PerUpstream(p2pool: Double(number * 3), xvb: Double(number * 5))))
            var totals = Totals()
            totals.seconds = 1
            totals.work.p2pool = Double(number)
            rows.add(totals, at: at)
            rows.add(RigTotals(work: Double(number), accepted: 1, refused: 0), RigTotals.Key(at: at, rig: "rig"))
            rows.add(Row.share(at: at * 1_000, difficulty: Double(number), rig: "rig"))
            rows.add(Row.share(at: at * 1_000 + 1, difficulty: Double(number), rig: nil))
            rows.set(MemoryRow(.state, at: at, text: "\(number)"))
        }
    }
}

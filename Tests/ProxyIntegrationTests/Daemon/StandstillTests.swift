import Foundation
import Testing

extension DaemonTests {
    /// A process that stood still: a machine that was paused, a debugger, memory that was swapped out.
    @Suite("The daemon after it stood still")
    struct Standstill {
        // Fault D11.
        @Test("Whoever answered meanwhile has answered in time: a pool's login and verdict, a rig's login")
        func sigstop() throws {
            var options = Stage.Options()
            let late = try ScriptedPool()
            options.xvb = [late]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let id = rig.submit(try rig.job(), nonce: "0000ff")
                let share = try lane.share()
                let waiting = ScriptedLane(try late.accept(), pool: late)
                try waiting.receiveLogin()
                let newcomer = try stage.connect()
                stage.program.signal(SIGSTOP)
                lane.accept(share)
                waiting.answerLogin(late.job())
                newcomer.logIn(user: "newcomer")
                // Longer than a login's ten seconds, a share's fifteen.
                usleep(16_500_000)
                stage.program.signal(SIGCONT)
                #expect(try rig.reply(to: id).status == "OK")
                _ = try newcomer.job()
                try stage.program.waitForLine(with: "use pool \(late.address) XvB")
                // The connections are the same ones.
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane, nonce: "0001ff")
            }
        }
    }
}

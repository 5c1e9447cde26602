import ProxyTerms
import Testing

@testable import Alerts

@Suite("Which rigs are missed")
struct RigAttendanceTests {
    private func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }

    @Test("A rig that had stayed is missed when it leaves, and welcome when it is back")
    func missed() {
        var rigs = RigAttendance()
        #expect(rigs.joined("a", now: at(0)) == false)
        #expect(rigs.left("a", isMissed: true, now: at(RigAttendance.stay)) == true)
        #expect(rigs.joined("a", now: at(1_000)) == true)
        // It belongs here now: it need not stay again.
        #expect(rigs.left("a", isMissed: true, now: at(1_001)) == true)
    }

    @Test("A rig that did not stay is none of the farm's")
    func stranger() {
        var rigs = RigAttendance()
        _ = rigs.joined("a", now: at(0))
        #expect(rigs.left("a", isMissed: true, now: at(RigAttendance.stay - 1)) == false)
        #expect(rigs.joined("a", now: at(1_000)) == false)
    }

    @Test("Of rigs with one name the last one that leaves is missed")
    func sameName() {
        var rigs = RigAttendance()
        _ = rigs.joined("a", now: at(0))
        _ = rigs.joined("a", now: at(500))
        #expect(rigs.left("a", isMissed: true, now: at(700)) == false)
        #expect(rigs.left("a", isMissed: true, now: at(800)) == true)
    }

    @Test("A rig that was sent away is not missed, and new when it comes back")
    func sentAway() {
        var rigs = RigAttendance()
        _ = rigs.joined("a", now: at(0))
        #expect(rigs.left("a", isMissed: false, now: at(5_000)) == false)
        #expect(rigs.joined("a", now: at(5_001)) == false)
        #expect(rigs.left("a", isMissed: true, now: at(5_002)) == false)
    }

    @Test("Who is there when the watch begins counts from when it came")
    func found() {
        var rigs = RigAttendance()
        rigs.found("a", since: at(0))
        #expect(rigs.left("a", isMissed: true, now: at(RigAttendance.stay)) == true)
    }

    @Test("When too many names are known the longest absent one is forgotten")
    func bound() {
        var rigs = RigAttendance()
        for index in 0..<RigAttendance.most { _ = rigs.joined("\(index)", now: at(0)) }
        _ = rigs.left("7", isMissed: true, now: at(1_000))
        _ = rigs.joined("new", now: at(1_001))
        #expect(rigs.left("new", isMissed: true, now: at(2_000)) == true)
        #expect(rigs.joined("7", now: at(2_001)) == false)
    }
}

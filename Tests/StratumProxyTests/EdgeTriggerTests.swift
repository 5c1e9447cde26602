import Testing

@testable import StratumProxy

@Suite("What is said of a source's health, and when a service is asked again")
struct EdgeTriggerTests {
    /// What is said of a series of answers: `+` is a good one, anything else a kind of trouble. `c` complains, `r` tells
    /// of a recovery.
    private func words(_ answers: String) -> String {
        var trigger = EdgeTrigger()
        return String(
            answers.map { answer in
                switch trigger.observe(answer == "+" ? nil : String(answer)) {
                case .raised: "c"
                case .cleared: "r"
                case .unchanged: "."
                }
            })
    }

    @Test("A source that is well is not spoken of")
    func well() {
        #expect(words("+++++") == ".....")
    }

    @Test("A trouble is told once, and its end once it has lasted")
    func trouble() {
        #expect(words("+aaaa+++++a") == ".c.....r..c")
    }

    @Test("A trouble that comes and goes is told once")
    func flapping() {
        #expect(words("a+a+a++a++a+++") == "c............r")
    }

    @Test("Another trouble is told too, but not the same one twice")
    func kinds() {
        #expect(words("abab+ab+++") == "cc.......r")
    }

    @Test("Ever new troubles end in silence")
    func manyKinds() {
        #expect(words("abcdefghijklm+++a") == "cccccccc.......rc")
    }

    @Test("The pace is the interval while all is well, and doubles up to a bound while it is not")
    func pace() {
        for seed: UInt64 in 0..<50 {
            var pace = PollPace(interval: 60, longest: 300, seed: seed)
            #expect((57...63).contains(pace.wait(afterSuccess: true)))
            for bounds in [48.0...60, 96...120, 192...240, 240...300, 240...300] {
                #expect(bounds.contains(pace.wait(afterSuccess: false)))
            }
            #expect((57...63).contains(pace.wait(afterSuccess: true)))
            #expect((48...60).contains(pace.wait(afterSuccess: false)))
        }
    }

    @Test("However long it lasts, an interval longer than the bound stays")
    func longInterval() {
        var pace = PollPace(interval: 3600, longest: 300, seed: 1)
        for _ in 0..<100 { #expect((2880...3600).contains(pace.wait(afterSuccess: false))) }
    }

    @Test("Two proxies ask at different moments")
    func jitter() {
        var first = PollPace(interval: 60, longest: 300, seed: 1)
        var second = PollPace(interval: 60, longest: 300, seed: 2)
        #expect(first.wait(afterSuccess: true) != second.wait(afterSuccess: true))
    }
}

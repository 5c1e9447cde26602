import ProxyCore
import ProxyTerms

extension Sign {
    /// How a rig does, as the page's list of rigs says it.
    init(_ rig: RigSnapshot) {
        name = rig.name
        if let cut = rig.cut {
            (level, word) = (.bad, "cut off")
            text = "for \(Quantity.duration(Double(cut.seconds))): \(cut.offence.text)"
        } else if let departure = rig.departure {
            (level, word) = (.waiting, "left")
            text = "\(Quantity.duration(departure.secondsAgo)) ago, \(departure.reason.text)"
        } else if rig.trust == .suspect {
            (level, word) = (.warning, "suspect")
            text = RigWords.suspect
        } else if let upstream = rig.upstream {
            (level, word) = (.good, "on \(upstream.name)")
            text = rig.fullNonceSpace ? "own pool connection" : ""
        } else {
            (level, word, text) = (.waiting, "waits for work", "")
        }
    }
}

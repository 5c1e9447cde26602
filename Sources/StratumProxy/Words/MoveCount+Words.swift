import ProxyCore
import ProxyTerms

extension MoveCount {
    /// What a switch to `upstream` did with the rigs: "2 of 3 rigs moved, 1 waits for XvB's next job".
    func text(to upstream: Upstream) -> String {
        let stay = waiting + elsewhere
        var text =
            stay == 0 && there == 0
            ? "\(Quantity.count(moved, "rig")) moved" : "\(moved) of \(Quantity.count(all, "rig")) moved"
        if there > 0 { text += ", \(there) \(there == 1 ? "was" : "were") there" }
        if waiting > 0 { text += ", \(waiting) \(waiting == 1 ? "waits" : "wait") for \(upstream.name)'s next job" }
        if elsewhere > 0 {
            text += ", \(elsewhere) \(elsewhere == 1 ? "has" : "have") no connection to \(upstream.name)"
        }
        return text
    }
}

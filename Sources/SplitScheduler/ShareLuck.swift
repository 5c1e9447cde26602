import ProxyTerms

/// How long a run of shares may take.
///
/// Shares are found like raindrops: with a mean time m between them, k of them take the sum of k exponential times (an Erlang
/// distribution). To have k shares in time with probability 1 − ε one must start q_k · m before, with q_k such that a
/// Poisson count of mean q_k is below k with probability ε.
enum ShareLuck {
    /// ε, how often a run may be late. Less costs more work ahead of its time: 0.003 is what the simulator shows best.
    static let risk = 0.003

    /// z of the normal distribution for `risk`, one-sided.
    static let deviations = 2.747_781

    /// q_1 … q_64 for `risk`.
    private static let table: [Double] = (1...64).map { quantile(shares: $0, risk: risk) }

    /// The time for `shares` of them that is enough with probability 1 − `risk`, in mean times between shares.
    static func timeFor(shares: Int) -> Double {
        if shares <= 0 { return 0 }
        if shares <= table.count { return table[shares - 1] }
        // Wilson and Hilferty's approximation of the gamma quantile, good to 0.1 % here.
        let k = Double(shares)
        let root = 1 - 1 / (9 * k) + deviations / (3 * k.squareRoot())
        return k * root * root * root
    }

    /// The mean of a Poisson count that is below `shares` with probability `risk`.
    static func quantile(shares: Int, risk: Double) -> Double {
        var low = 0.0
        var high = Double(shares) + 10 * Double(shares).squareRoot() + 30
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if poisson(below: shares, mean: middle) > risk { low = middle } else { high = middle }
        }
        return high
    }

    /// P(a Poisson count of mean `mean` is below `count`).
    static func poisson(below count: Int, mean: Double) -> Double {
        var term = Numerics.exponential(-mean)
        var sum = 0.0
        for n in 0..<max(0, count) {
            sum += term
            term *= mean / Double(n + 1)
        }
        return min(1, sum)
    }
}

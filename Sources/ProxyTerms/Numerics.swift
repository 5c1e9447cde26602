/// The few transcendental functions the schedule needs.
///
/// The core imports no C library, so they are written here. Both are within a few units in the last place over the
/// range that is used (checked against tables in the tests).
package enum Numerics {
    package static let naturalLogOf2 = 0.693_147_180_559_945_309_4

    /// e to the power of `x`; 0 below −708 and infinity above 709, as a double can't hold them.
    package static func exponential(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x < -708 { return 0 }
        if x > 709 { return .infinity }
        // x = k·ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts keeps r exact.
        let k = (x / naturalLogOf2).rounded()
        let r = (x - k * 0.693_147_180_369_123_816_5) - k * 1.908_214_929_270_587_7e-10
        var sum = 1.0
        for n in stride(from: 14.0, through: 1.0, by: -1.0) {
            sum = 1 + r / n * sum
        }
        return Double(sign: .plus, exponent: Int(k), significand: sum)
    }

    /// The natural logarithm of `x`; −infinity at 0, not a number below.
    package static func naturalLog(_ x: Double) -> Double {
        if x.isNaN || x < 0 { return .nan }
        if x == 0 { return -.infinity }
        if x == .infinity { return x }
        var exponent = Double(x.exponent)
        var m = x.significand  // 1 ..< 2
        if m > 1.414_213_562_373_095_1 {
            m /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m − 1)/(m + 1)), |argument| ≤ 0.172: the series gains 1.5 digits a term.
        let s = (m - 1) / (m + 1)
        let s2 = s * s
        var series = 0.0
        for n in stride(from: 23.0, through: 1.0, by: -2.0) {
            series = series * s2 + 1 / n
        }
        return 2 * s * series + exponent * naturalLogOf2
    }
}

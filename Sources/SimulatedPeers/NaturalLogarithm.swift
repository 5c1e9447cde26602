/// ln(x) for x > 0, to about nine digits, without a C library: exponential waiting times are drawn with it.
///
/// x = m · 2^e with 1 <= m < 2; ln m by the series of the inverse hyperbolic tangent at t = (m - 1) / (m + 1) <= 1/3,
/// whose terms fall by nine or more each.
func naturalLogarithm(_ x: Double) -> Double {
    let t = (x.significand - 1) / (x.significand + 1)
    let s = t * t
    var series = 0.0
    for odd in stride(from: 15.0, through: 1, by: -2) { series = series * s + 1 / odd }
    return 2 * t * series + Double(x.exponent) * 0.693_147_180_559_945_3
}

/// An exponential waiting time with mean 1 made of 64 random bits.
func exponential(_ bits: UInt64) -> Double {
    // 1 ... 2^53 in units of 2^-53: never 0, whose logarithm does not exist.
    -naturalLogarithm((Double(bits >> 11) + 1) * 0x1p-53)
}

/// Stirs 64 bits (the finaliser of SplitMix64): neighbouring inputs give unrelated outputs.
func stir(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

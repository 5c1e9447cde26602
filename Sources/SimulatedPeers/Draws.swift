import ProxyTerms

/// An exponential waiting time with mean 1 made of 64 random bits.
func exponential(_ bits: UInt64) -> Double {
    // 1 ... 2^53 in units of 2^-53: never 0, whose logarithm does not exist.
    -Numerics.naturalLog((Double(bits >> 11) + 1) * 0x1p-53)
}

/// Stirs 64 bits (the finaliser of SplitMix64): neighbouring inputs give unrelated outputs.
func stir(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

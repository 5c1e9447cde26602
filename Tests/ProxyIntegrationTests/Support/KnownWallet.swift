/// A wallet that is one: its checksum is right.
enum KnownWallet {
    /// Monero's donation address.
    static let donation =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
}

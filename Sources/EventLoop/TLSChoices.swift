/// What our ends of TLS connections agree to, as servers and as clients, in OpenSSL's names.
///
/// The peer picks among these and pays nothing for it, while each handshake runs on the loop's one thread: a key exchange
/// over ffdhe8192 takes it 92 ms, so that ten greetings a second, 12 kB, would stop every rig; X25519 takes 0.8 ms. So
/// there are no finite fields, and no curve larger than P-384.
public enum TLSChoices {
    /// Key exchange, the preferred one first.
    public static let groups = "X25519:P-256:P-384"
    /// Ciphers of TLS 1.2: ephemeral keys and authenticated encryption only, no CBC.
    public static let ciphersOfTLS12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    /// Ciphers of TLS 1.3.
    public static let ciphersOfTLS13 =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
}

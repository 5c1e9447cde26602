import COpenSSL
import Glibc

/// A self-signed certificate and its key, for those who have none of their own.
public enum TLSKeyPair {
    /// Validity of a certificate made here.
    static let validityYears = 10
    /// A certificate is valid from a day ago, for rigs whose clock is behind.
    static let backdatedSeconds = 86_400

    /// Makes what is absent: the key (P-256, readable by its owner only) and the certificate. A pair that exists is left
    /// alone. True if something was made.
    ///
    /// Each file appears whole or not at all; a certificate without its key is not touched.
    /// - Throws: `TLSFailure` naming the file that can't be read or written.
    @discardableResult
    public static func makeIfAbsent(
        certificateFile: String, keyFile: String, commonName: String
    ) throws(TLSFailure) -> Bool {
        let hasCertificate = exists(certificateFile)
        let hasKey = exists(keyFile)
        guard !(hasCertificate && hasKey) else { return false }
        guard !hasCertificate else {
            throw TLSFailure("the key \(keyFile) of the certificate \(certificateFile) is missing")
        }
        ERR_clear_error()
        // A key alone is what an interrupted first start leaves behind: it gets its certificate.
        let key = hasKey ? try readKey(keyFile) : try makeKey()
        defer { EVP_PKEY_free(key) }
        if !hasKey {
            let pem = try pem(of: "key") { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
            try write(pem, to: keyFile, mode: 0o600)
        }
        let certificate = try makeCertificate(key, commonName: commonName)
        defer { X509_free(certificate) }
        let pem = try pem(of: "certificate") { PEM_write_bio_X509($0, certificate) }
        try write(pem, to: certificateFile, mode: 0o644)
        return true
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(TLSFailure) {
        do throws(LoopError) {
            try PrivateFile.write(bytes, to: path, mode: mode)
        } catch {
            throw TLSFailure("\(path): \(error.text)")
        }
    }

    private static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    private static func makeKey() throws(TLSFailure) -> OpaquePointer {
        guard let key = tls_generate_p256_key() else { throw TLSFailure.fromQueue("no key") }
        return key
    }

    private static func readKey(_ path: String) throws(TLSFailure) -> OpaquePointer {
        guard let file = BIO_new_file(path, "r") else { throw TLSFailure.fromQueue("key \(path)") }
        defer { BIO_free(file) }
        guard let key = PEM_read_bio_PrivateKey(file, nil, { _, _, _, _ in 0 }, nil) else {
            throw TLSFailure.fromQueue("key \(path)")
        }
        return key
    }

    private static func makeCertificate(
        _ key: OpaquePointer, commonName: String
    ) throws(TLSFailure) -> OpaquePointer {
        guard let certificate = X509_new() else { throw TLSFailure.fromQueue("no certificate") }
        let isComplete =
            X509_set_version(certificate, Int(X509_VERSION_3)) == 1
            && setSerialNumber(certificate)
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -backdatedSeconds) != nil
            && X509_time_adj_ex(X509_getm_notAfter(certificate), Int32(validityYears * 365), 0, nil) != nil
            && X509_set_pubkey(certificate, key) == 1
            && setName(certificate, commonName)
            && X509_sign(certificate, key, EVP_sha256()) > 0
        guard isComplete else {
            X509_free(certificate)
            throw TLSFailure.fromQueue("certificate")
        }
        return certificate
    }

    /// A random positive number of 63 bits: two certificates of one name must not share one.
    private static func setSerialNumber(_ certificate: OpaquePointer) -> Bool {
        var number: UInt64 = 0
        guard RAND_bytes(&number, Int32(MemoryLayout<UInt64>.size)) == 1 else { return false }
        return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1) == 1
    }

    /// Subject and issuer are the same: that is what self-signed means.
    private static func setName(_ certificate: OpaquePointer, _ name: String) -> Bool {
        let subject = X509_get_subject_name(certificate)
        return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, subject) == 1
    }

    private static func pem(
        of what: String, write: (OpaquePointer) -> Int32
    ) throws(TLSFailure) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { throw TLSFailure.fromQueue(what) }
        defer { BIO_free(bio) }
        guard write(bio) == 1 else { throw TLSFailure.fromQueue(what) }
        var start: UnsafeMutablePointer<CChar>?
        let count = tls_memory_bio_data(bio, &start)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}

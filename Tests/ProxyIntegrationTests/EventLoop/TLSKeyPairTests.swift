import COpenSSL
import EventLoop
import Glibc
import Testing

@Suite("Certificates and keys")
struct TLSKeyPairTests {
    private func withPair(_ body: (_ certificate: String, _ key: String) throws -> Void) throws {
        try withTemporaryDirectory { try body("\($0)/cert.pem", "\($0)/key.pem") }
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    private func content(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 10_000)
        let count = read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    private func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
        close(descriptor)
    }

    private func failure(_ certificate: String, _ key: String) -> String? {
        do throws(TLSFailure) {
            _ = try TLSContext.server(certificateFile: certificate, keyFile: key)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("A pair is made where there is none, and only its owner can read the key")
    func made() throws {
        try withPair { certificate, key in
            #expect(try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy"))
            #expect(try mode(key) == 0o600)
            #expect(failure(certificate, key) == nil)
            let before = try (content(certificate), content(key))
            #expect(try !TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy"))
            #expect(try (content(certificate), content(key)) == before)
        }
    }

    @Test("The certificate is valid now and for ten years, and its key is P-256")
    func validity() throws {
        try withPair { certificate, key in
            try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy")
            let file = try #require(BIO_new_file(certificate, "r"))
            defer { BIO_free(file) }
            let x509 = try #require(PEM_read_bio_X509(file, nil, nil, nil))
            defer { X509_free(x509) }
            #expect(X509_cmp_current_time(X509_get0_notBefore(x509)) == -1)
            var days: Int32 = 0
            var seconds: Int32 = 0
            #expect(ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(x509)) == 1)
            #expect((3648...3651).contains(days))
            let publicKey = try #require(X509_get0_pubkey(x509))
            #expect(EVP_PKEY_get_bits(publicKey) == 256)
            #expect(X509_verify(x509, publicKey) == 1)
        }
    }

    @Test("A key without certificate, as an interrupted start leaves it, gets one")
    func keyAlone() throws {
        try withPair { certificate, key in
            try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy")
            let before = try content(key)
            unlink(certificate)
            #expect(try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy"))
            #expect(try content(key) == before)
            #expect(failure(certificate, key) == nil)
        }
    }

    @Test("A certificate without its key is left alone, and said so")
    func certificateAlone() throws {
        try withPair { certificate, key in
            try write("somebody's certificate", to: certificate)
            #expect(throws: TLSFailure.self) {
                try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy")
            }
            #expect(access(key, F_OK) != 0)
        }
    }

    @Test("A directory that is not there is named")
    func noDirectory() {
        do throws(TLSFailure) {
            try TLSKeyPair.makeIfAbsent(certificateFile: "/nowhere/c.pem", keyFile: "/nowhere/k.pem", commonName: "x")
            Issue.record("made")
        } catch {
            #expect(error.description == "/nowhere/k.pem: no such file or directory")
        }
    }

    // Fault N12.
    @Test("Files that are missing, no PEM or no pair are named")
    func unusable() throws {
        try withPair { certificate, key in
            #expect(failure(certificate, key) == "certificate \(certificate): no such file or directory")
            try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy")
            #expect(failure(certificate, "\(key).other")?.contains("\(key).other") == true)
            try write("no PEM", to: key)
            #expect(failure(certificate, key)?.contains(key) == true)
            unlink(key)
            try TLSKeyPair.makeIfAbsent(certificateFile: "\(certificate).2", keyFile: key, commonName: "proxy")
            #expect(failure(certificate, key)?.contains("key values mismatch") == true)
            unlink("\(certificate).2")
        }
    }

    @Test("A key with a passphrase is an error, not a question on the terminal")
    func passphrase() throws {
        try withPair { certificate, key in
            try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "proxy")
            let privateKey = try #require(tls_generate_p256_key())
            defer { EVP_PKEY_free(privateKey) }
            let file = try #require(BIO_new_file(key, "w"))
            #expect(PEM_write_bio_PrivateKey(file, privateKey, EVP_aes_128_cbc(), "secret", 6, nil, nil) == 1)
            BIO_free(file)
            #expect(failure(certificate, key)?.contains(key) == true)
        }
    }
}

#ifndef STRATUM_PROXY_COPENSSL_SHIM_H
#define STRATUM_PROXY_COPENSSL_SHIM_H
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>

/* What OpenSSL offers as macros or variadic functions only, which Swift does not import. */
static inline long tls_context_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long tls_context_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}
static inline long tls_set_groups(SSL *ssl, const char *names) { return SSL_set1_groups_list(ssl, names); }
static inline void tls_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void tls_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void tls_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }
static inline long tls_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline int tls_set_version_range(SSL *ssl, int lowest, int highest) {
    return SSL_set_min_proto_version(ssl, lowest) == 1 && SSL_set_max_proto_version(ssl, highest) == 1;
}
static inline uint64_t tls_option_no_renegotiation(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline long tls_memory_bio_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }
static inline EVP_PKEY *tls_generate_p256_key(void) { return EVP_EC_gen("P-256"); }
/* The certificates that a server sent, its own first; the caller's to free. */
static inline STACK_OF(X509) *tls_copy_chain(SSL *ssl) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    return chain ? X509_chain_up_ref(chain) : NULL;
}
static inline void tls_free_chain(STACK_OF(X509) *chain) { sk_X509_pop_free(chain, X509_free); }
/* A name in one line; what is not printable ASCII is escaped. */
static inline void tls_print_name(BIO *bio, const X509_NAME *name) { X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253); }
/* The errno of an error that the operating system reported, else 0. */
static inline int tls_error_errno(unsigned long code) { return ERR_SYSTEM_ERROR(code) ? ERR_GET_REASON(code) : 0; }
static inline int tls_error_reason(unsigned long code) { return ERR_GET_REASON(code); }
/* No tickets and no renegotiation: nothing of a session outlives it, and nothing is kept for a second one. */
static inline void tls_context_set_frugal_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 0);
}

#endif

#pragma once

#include <cstddef>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace misproxy {

/// Sets what OpenSSL 3.0 has by default, as it comes from its makers at security level 2: ciphers,
/// groups, signature algorithms, options. Said aloud, because the machine's openssl.cnf can say
/// otherwise, and a ClientHello has to be the same bytes everywhere.
void fix_settings(ssl_ctx_st* context);

/// `tls`: "1.0" to "1.3", one or several. Those before 1.2 sign with SHA-1 and MD5, which no
/// security level but 0 allows.
void set_versions(ssl_ctx_st* context, const std::vector<std::string>& tls);

/// Security level 0: keys and digests that clients are to refuse.
void let_pass_all(ssl_ctx_st* context);

/// Cipher suites that no client offers: the handshake fails with `no shared cipher`.
void share_no_cipher(ssl_ctx_st* context);

/// No session tickets, no resumption, no renegotiation: every handshake has the same shape.
void resume_nothing(ssl_ctx_st* context);

/// Tickets for so many resumptions (RFC 8446 section 4.6.1; one in TLS 1.2, RFC 5077), each good
/// for as long as the context; no renegotiation.
void give_tickets(ssl_ctx_st* context, std::size_t count);

}  // namespace misproxy

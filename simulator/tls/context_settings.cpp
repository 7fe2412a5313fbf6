#include "tls/context_settings.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr int kSecurityLevel = 2;

constexpr auto kCipherSuites =  // of TLS 1.3
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

constexpr auto kCiphers =  // of TLS 1.2
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA256:"
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:"
    "ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:DHE-RSA-AES256-SHA:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:DHE-RSA-AES128-SHA:"
    "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA";

constexpr auto kGroups =
    "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192";

constexpr auto kSignatures =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA224:RSA+SHA224:"
    "DSA+SHA224:DSA+SHA256:DSA+SHA384:DSA+SHA512";

}  // namespace

void fix_settings(ssl_ctx_st* context) {
  SSL_CTX_clear_options(context, ~std::uint64_t{0});
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
  SSL_CTX_set_security_level(context, kSecurityLevel);
  ensure(SSL_CTX_set_ciphersuites(context, kCipherSuites) == 1, "SSL_CTX_set_ciphersuites");
  ensure(SSL_CTX_set_cipher_list(context, kCiphers) == 1, "SSL_CTX_set_cipher_list");
  ensure(SSL_CTX_set1_groups_list(context, kGroups) == 1, "SSL_CTX_set1_groups_list");
  ensure(SSL_CTX_set1_sigalgs_list(context, kSignatures) == 1, "SSL_CTX_set1_sigalgs_list");
}

void set_versions(ssl_ctx_st* context, const std::vector<std::string>& tls) {
  const auto speaks = [&](std::string_view version) {
    return std::find(tls.begin(), tls.end(), version) != tls.end();
  };
  SSL_CTX_set_min_proto_version(context, speaks("1.2") ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, speaks("1.3") ? TLS1_3_VERSION : TLS1_2_VERSION);
}

void resume_nothing(ssl_ctx_st* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
}

void give_tickets(ssl_ctx_st* context, std::size_t count) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // a ticket needs no memory of ours
  SSL_CTX_set_num_tickets(context, count);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

}  // namespace misproxy

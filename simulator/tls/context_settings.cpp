#include "tls/context_settings.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdint>
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

struct Version {
  std::string_view word;
  int number;
  std::uint64_t no;  // the option that leaves it out
};
constexpr std::array kVersions{
    Version{"1.0", TLS1_VERSION, SSL_OP_NO_TLSv1},
    Version{"1.1", TLS1_1_VERSION, SSL_OP_NO_TLSv1_1},
    Version{"1.2", TLS1_2_VERSION, SSL_OP_NO_TLSv1_2},
    Version{"1.3", TLS1_3_VERSION, SSL_OP_NO_TLSv1_3},
};

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
  int least = TLS1_3_VERSION;
  int most = TLS1_VERSION;
  for (const auto& [word, number, no] : kVersions) {
    const bool spoken = std::find(tls.begin(), tls.end(), word) != tls.end();
    if (!spoken) continue;
    least = std::min(least, number);
    most = std::max(most, number);
  }
  for (const auto& [word, number, no] : kVersions) {
    const bool spoken = std::find(tls.begin(), tls.end(), word) != tls.end();
    if (!spoken && number > least && number < most) SSL_CTX_set_options(context, no);
  }
  SSL_CTX_set_min_proto_version(context, least);
  SSL_CTX_set_max_proto_version(context, most);
  if (least < TLS1_2_VERSION) let_pass_all(context);
}

void let_pass_all(ssl_ctx_st* context) {
  SSL_CTX_set_security_level(context, 0);
  ensure(SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") == 1, "SSL_CTX_set_cipher_list");
}

void share_no_cipher(ssl_ctx_st* context) {
  SSL_CTX_set_security_level(context, 0);
  ensure(SSL_CTX_set_cipher_list(context, "NULL-SHA256:@SECLEVEL=0") == 1, "NULL-SHA256");
  ensure(SSL_CTX_set_ciphersuites(context, "") == 1, "SSL_CTX_set_ciphersuites");
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

#include "tls/catalogue.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr unsigned char kHttp11[] = "\x08http/1.1";

int select_http11(SSL*, const unsigned char** out, unsigned char* length,
                  const unsigned char* offered, unsigned int offered_length, void*) {
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, length, kHttp11, sizeof(kHttp11) - 1, offered, offered_length);
  *out = chosen;
  // No protocol in common: go on without one, as servers that know only HTTP/1.1 do.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void set_versions(SSL_CTX* context, const std::vector<std::string>& tls) {
  const auto speaks = [&](std::string_view version) {
    return std::find(tls.begin(), tls.end(), version) != tls.end();
  };
  SSL_CTX_set_min_proto_version(context, speaks("1.2") ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, speaks("1.3") ? TLS1_3_VERSION : TLS1_2_VERSION);
}

void resume_nothing(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
}

}  // namespace

Catalogue::Catalogue(Authority authority, CivilTime now)
    : authority_(std::move(authority)), now_(now), key_(make_key()) {}

ServerContext Catalogue::make(const std::string& host, const std::vector<std::string>& tls) const {
  ServerContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  ensure(context != nullptr, "SSL_CTX_new");
  const Certificate certificate = authority_.issue(host, key_, now_);
  ensure(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1, "SSL_CTX_use_certificate");
  ensure(SSL_CTX_use_PrivateKey(context.get(), key_.get()) == 1, "SSL_CTX_use_PrivateKey");
  set_versions(context.get(), tls);
  resume_nothing(context.get());
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), &select_http11, nullptr);
  return context;
}

ServerContext Catalogue::context_for(const std::string& host, const std::vector<std::string>& tls) {
  const std::lock_guard lock(mutex_);
  const auto key = std::pair{host, tls};
  if (const auto found = contexts_.find(key); found != contexts_.end()) return found->second;
  auto context = make(host, tls);
  if (contexts_.size() < kMostKept) contexts_.emplace(key, context);
  return context;
}

}  // namespace misproxy

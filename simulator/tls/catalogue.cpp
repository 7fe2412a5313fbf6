#include "tls/catalogue.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <optional>

#include "core/ensure.hpp"
#include "tls/context_settings.hpp"
#include "tls/seeded_random.hpp"
#include "tls/server_tls.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kBoth = "\x02h2\x08http/1.1";
constexpr std::string_view kBothOldFirst = "\x08http/1.1\x02h2";
constexpr std::string_view kH2 = kBoth.substr(0, 3);
constexpr std::string_view kHttp11 = kBoth.substr(3);

/// As a ProtocolNameList without its length: RFC 7301 section 3.1.
const std::string_view& protocol_list(const std::vector<std::string>& alpn) {
  if (alpn.size() == 1) return alpn.front() == "h2" ? kH2 : kHttp11;
  return alpn.front() == "h2" ? kBoth : kBothOldFirst;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void* list) {
  const auto& ours = *static_cast<const std::string_view*>(list);
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, length, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned int>(ours.size()), offered, offered_length);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A clock that was set back must not leave certificates that are not valid yet: they begin a day
/// before they are made.
bool is_fresh(CivilTime made, CivilTime now) {
  return made - std::chrono::hours{12} < now && now < made + Catalogue::kRenewal;
}

}  // namespace

Catalogue::Catalogue(Authority authority, Key key, CivilClock clock, KeyLog keys)
    : authority_(std::move(authority)),
      key_(std::move(key)),
      clock_(std::move(clock)),
      keys_(keys) {}

Catalogue::Catalogue(Authority authority, CivilTime now, KeyLog keys)
    : authority_(std::move(authority)),
      key_(authority_.make_server_key()),
      clock_([now] { return now; }),
      keys_(keys) {}

ServerContext Catalogue::make(const std::string& host, const ServerSettings& settings,
                              CivilTime now) const {
  // In the virtual world a context's own keys are keyed by its host: who asked first, and within
  // whose stream, makes no difference.
  RandomStream stream(authority_.draw_for("context", host));
  std::optional<RandomScope> scope;
  if (authority_.is_virtual()) scope.emplace(stream);
  ServerContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  ensure(context != nullptr, "SSL_CTX_new");
  if (authority_.is_virtual()) fix_settings(context.get());
  const Certificate certificate = authority_.issue(host, key_, now);
  ensure(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1, "SSL_CTX_use_certificate");
  ensure(SSL_CTX_use_PrivateKey(context.get(), key_.get()) == 1, "SSL_CTX_use_PrivateKey");
  set_versions(context.get(), settings.tls);
  if (settings.session_tickets == 0 || authority_.is_virtual()) {
    resume_nothing(context.get());
  } else {
    give_tickets(context.get(), static_cast<std::size_t>(settings.session_tickets));
  }
  // Without the second, OpenSSL looks for a chain to send, in vain, in every handshake.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_alpn_select_cb(context.get(), &select_protocol,
                             const_cast<std::string_view*>(&protocol_list(settings.alpn)));
  ServerTls::read_client_hello(context.get());
  TlsEngine::set_key_log(context.get(), std::max(keys_, settings.keys));
  return context;
}

ServerContext Catalogue::context_for(const std::string& host, const ServerSettings& settings) {
  if (settings.tls.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  const Name name{host, settings};
  const auto now = clock_();
  const auto* kept = contexts_.find(name);
  if (kept != nullptr && is_fresh(kept->made, now)) return kept->context;
  auto context = make(host, settings, now);
  contexts_.put(name, {context, now});
  return context;
}

}  // namespace misproxy

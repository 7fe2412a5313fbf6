#include "tls/catalogue.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <optional>

#include "core/ensure.hpp"
#include "tls/context_settings.hpp"
#include "tls/recipe.hpp"
#include "tls/revocation.hpp"
#include "tls/seeded_random.hpp"
#include "tls/server_tls.hpp"
#include "tls/small_library.hpp"
#include "tls/spare_contexts.hpp"
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

/// As a company's own that no client trusts by itself: one that inspects TLS, say.
constexpr std::string_view kUntrustedName = "Example Corp Root CA";
constexpr std::string_view kIntermediateName = "misproxy intermediate CA";
constexpr auto kAnotherHost = "wrong-host.invalid";

Leaf leaf_of(const Recipe& recipe, const std::string& host, const ServerSettings& settings,
             CivilTime now) {
  Leaf leaf{.names = {host}, .validity = {now + recipe.from, now + recipe.until}};
  leaf.names.insert(leaf.names.end(), settings.other_names.begin(), settings.other_names.end());
  if (recipe.names == Recipe::Names::another) leaf.names = {kAnotherHost};
  leaf.alternative_names = recipe.names != Recipe::Names::common_name_only;
  leaf.sha_1 = recipe.sha_1;
  if (recipe.revoked) leaf.serial = kRevokedSerial;
  return leaf;
}

/// Given with the ServerHello to who asks for it (RFC 6066 section 8).
int give_staple(SSL* ssl, void* staple) {
  const auto& text = *static_cast<const std::string*>(staple);
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(text.data(), text.size()));
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(text.size()));
  return SSL_TLSEXT_ERR_OK;
}

void forget_staple(void*, void* staple, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::string*>(staple);
}

/// The context has it from now on.
void staple(SSL_CTX* context, std::string response) {
  static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &forget_staple);
  auto* kept = new std::string(std::move(response));
  ensure(SSL_CTX_set_ex_data(context, place, kept) == 1, "SSL_CTX_set_ex_data");
  SSL_CTX_set_tlsext_status_cb(context, &give_staple);
  SSL_CTX_set_tlsext_status_arg(context, kept);
}

void send_along(SSL_CTX* context, X509* issuer) {
  ensure(SSL_CTX_add1_chain_cert(context, issuer) == 1, "SSL_CTX_add1_chain_cert");
}

/// It has to be issued by the CA, and for clients.
void ask_client(SSL_CTX* context, ClientCertificate wanted, const Authority& authority,
                CivilTime now) {
  if (wanted == ClientCertificate::unasked) return;
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate());
  SSL_CTX_add_client_CA(context, authority.certificate());
  const bool required = wanted == ClientCertificate::required;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  constexpr unsigned char kSessions[] = "misproxy";
  SSL_CTX_set_session_id_context(context, kSessions, sizeof(kSessions) - 1);
  if (authority.is_virtual())
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), now.time_since_epoch().count());
}

/// Certificate and key are all that a seed puts into such a context.
bool fits_every_seed(const ServerSettings& settings) {
  const auto& recipe = recipe_of(settings.certificate);
  const bool sends_more = recipe.issuer == Recipe::Issuer::other || recipe.revoked;
  const bool lets_more_pass = recipe.weak_key || recipe.sha_1;
  return !sends_more && !lets_more_pass &&
         settings.client_certificate == ClientCertificate::unasked;
}

}  // namespace

Catalogue::Catalogue(Authority authority, Key key, CivilClock clock, KeyLog keys)
    : authority_(std::move(authority)),
      key_(std::move(key)),
      clock_(std::move(clock)),
      keys_(keys) {}

Catalogue::Catalogue(Authority authority, CivilTime now, KeyLog keys, SpareContexts* spare)
    : authority_(std::move(authority)),
      key_(authority_.make_server_key()),
      clock_([now] { return now; }),
      keys_(keys),
      spare_(spare) {}

const Authority& Catalogue::other(std::optional<Authority>& kept, std::string_view name,
                                  CivilTime now) {
  if (!kept) kept.emplace(authority_.another(name, now));
  return *kept;
}

void Catalogue::show_certificate(ssl_ctx_st* context, const std::string& host,
                                 const ServerSettings& settings, CivilTime now) {
  const auto& recipe = recipe_of(settings.certificate);
  const auto leaf = leaf_of(recipe, host, settings, now);
  if (recipe.weak_key && !weak_key_) weak_key_ = make_weak_key();
  const auto& key = recipe.weak_key ? weak_key_ : key_;
  if (recipe.weak_key || recipe.sha_1) let_pass_all(context);
  const auto certificate = [&] {
    switch (recipe.issuer) {
      case Recipe::Issuer::itself:
        return authority_.issue_self_signed(leaf, key);
      case Recipe::Issuer::other:
        return other(untrusted_, kUntrustedName, now).issue(leaf, key);
      case Recipe::Issuer::intermediate:
        return other(intermediate_, kIntermediateName, now).issue(leaf, key);
      case Recipe::Issuer::authority:
        break;
    }
    return authority_.issue(leaf, key);
  }();
  ensure(SSL_CTX_use_certificate(context, certificate.get()) == 1, "SSL_CTX_use_certificate");
  ensure(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "SSL_CTX_use_PrivateKey");
  if (recipe.issuer == Recipe::Issuer::other) send_along(context, untrusted_->certificate());
  if (!recipe.revoked) return;
  staple(context, revoked_staple(authority_, certificate, now));
  send_along(context, authority_.certificate());  // curl looks for the staple's issuer there
}

ServerContext Catalogue::make(const std::string& host, const ServerSettings& settings,
                              CivilTime now) {
  if (spare_ == nullptr || !fits_every_seed(settings)) return make_new(host, settings, now);
  if (auto context = spare_->server(settings)) {
    show_certificate(context.get(), host, settings, now);
    return context;
  }
  auto context = make_new(host, settings, now);
  spare_->keep(settings, context);
  return context;
}

ServerContext Catalogue::make_new(const std::string& host, const ServerSettings& settings,
                                  CivilTime now) {
  // In the virtual world a context's own keys are keyed by its host: who asked first, and within
  // whose stream, makes no difference.
  RandomStream stream(authority_.draw_for("context", host));
  std::optional<RandomScope> scope;
  if (authority_.is_virtual()) scope.emplace(stream);
  auto* library = authority_.is_virtual() ? small_library() : nullptr;
  ServerContext context(SSL_CTX_new_ex(library, nullptr, TLS_server_method()), &SSL_CTX_free);
  ensure(context != nullptr, "SSL_CTX_new_ex");
  if (authority_.is_virtual()) fix_settings(context.get());
  if (!authority_.is_virtual()) SSL_CTX_set_options(context.get(), SSL_OP_ENABLE_KTLS);
  set_versions(context.get(), settings.tls);
  show_certificate(context.get(), host, settings, now);
  if (settings.ciphers == Ciphers::none_shared) share_no_cipher(context.get());
  ask_client(context.get(), settings.client_certificate, authority_, now);
  if (settings.session_tickets == 0 || authority_.is_virtual()) {
    resume_nothing(context.get());
  } else {
    give_tickets(context.get(), static_cast<std::size_t>(settings.session_tickets));
  }
  // Without the second, OpenSSL looks for a chain to send, in vain, in every handshake.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  if (!settings.alpn.empty()) {
    SSL_CTX_set_alpn_select_cb(context.get(), &select_protocol,
                               const_cast<std::string_view*>(&protocol_list(settings.alpn)));
  }
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

ClientContext Catalogue::checking_context() {
  const std::lock_guard lock(mutex_);
  if (checking_) return checking_;
  const bool is_virtual = authority_.is_virtual();
  checking_ = make_client_context(authority_.certificate_pem(),
                                  is_virtual ? std::optional(clock_()) : std::nullopt);
  if (!is_virtual) trust_system(checking_);
  return checking_;
}

}  // namespace misproxy

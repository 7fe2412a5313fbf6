#include "tls/client_tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/endpoint.hpp"
#include "core/ensure.hpp"
#include "tls/context_settings.hpp"
#include "tls/message_text.hpp"
#include "tls/pem.hpp"
#include "tls/seeded_random.hpp"
#include "tls/small_library.hpp"
#include "tls/verified_once.hpp"

namespace misproxy {
namespace {

constexpr unsigned char kProtocols[] = "\x08http/1.1";  // RFC 7301 section 3.1

void trust(SSL_CTX* context, x509_st* ca) {
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
}

/// As long as a client offers both versions, OpenSSL names the old ones too.
void set_client_versions(SSL_CTX* context, const std::vector<std::string>& tls) {
  set_versions(context, tls);
  if (tls.size() > 1) SSL_CTX_set_min_proto_version(context, 0);
}

void fix_time(SSL_CTX* context, CivilTime now) {
  X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), now.time_since_epoch().count());
  verify_each_once(context);
}

void expect_host(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
  if (is_address(host)) {
    ensure(X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1, "set1_ip_asc");
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  ensure(X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1, "set1_host");
  ensure(SSL_set_tlsext_host_name(ssl, host.c_str()) == 1, "set_tlsext_host_name");
}

std::string text_of(const ASN1_TIME* time) {
  const Bio text = memory_bio();
  ASN1_TIME_print(text.get(), time);
  return text_in(text);
}

}  // namespace

namespace {

/// Trusts nobody.
ClientContext new_context(std::optional<CivilTime> now, const std::vector<std::string>& tls,
                          KeyLog keys) {
  // OpenSSL draws ticket keys for every context. A client uses none, so they may be known, and in
  // the virtual world they must not come out of a run's stream.
  RandomStream unused(0);
  std::optional<RandomScope> scope;
  if (now) scope.emplace(unused);
  auto* library = now ? small_library() : nullptr;
  ClientContext context(SSL_CTX_new_ex(library, nullptr, TLS_client_method()), &SSL_CTX_free);
  ensure(context != nullptr, "SSL_CTX_new_ex");
  fix_settings(context.get());
  set_client_versions(context.get(), tls);
  resume_nothing(context.get());
  SSL_CTX_set_options(context.get(), SSL_OP_TLSEXT_PADDING);
  SSL_CTX_set_alpn_protos(context.get(), kProtocols, sizeof(kProtocols) - 1);
  TlsEngine::set_key_log(context.get(), keys);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (now) fix_time(context.get(), *now);
  return context;
}

}  // namespace

ClientContext make_client_context(const std::string& ca_pem, std::optional<CivilTime> now,
                                  const std::vector<std::string>& tls, KeyLog keys) {
  auto context = new_context(now, tls, keys);
  for (const auto& ca : certificates_in(ca_pem))
    trust(context.get(), ca.get());
  return context;
}

ClientContext make_client_context(x509_st* ca, CivilTime now) {
  auto context = new_context(now, {"1.2", "1.3"}, KeyLog::none);
  trust(context.get(), ca);
  return context;
}

void trust_another(const ClientContext& context, x509_st* ca, CivilTime now) {
  auto* store = X509_STORE_new();
  ensure(store != nullptr, "X509_STORE_new");
  SSL_CTX_set_cert_store(context.get(), store);  // which takes it
  trust(context.get(), ca);
  X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()), now.time_since_epoch().count());
  forget_verified(context.get());
}

void trust_system(const ClientContext& context) {
  ensure(SSL_CTX_set_default_verify_paths(context.get()) == 1, "SSL_CTX_set_default_verify_paths");
}

ClientTls::ClientTls(const ClientContext& context, const std::string& host)
    : TlsEngine(context.get()) {
  expect_host(ssl(), host);
  SSL_set_connect_state(ssl());
  SSL_set_msg_callback(ssl(), &ClientTls::note_message);
  SSL_set_msg_callback_arg(ssl(), this);
}

void ClientTls::note_message(int sent, int version, int content_type, const void* bytes,
                             std::size_t size, ssl_st*, void* client) {
  auto text =
      message_text(sent == 1, version, content_type, {static_cast<const char*>(bytes), size});
  if (!text.empty()) static_cast<ClientTls*>(client)->messages_.push_back(std::move(text));
}

void ClientTls::start() { shake_hands(); }

long ClientTls::verify_result() const { return SSL_get_verify_result(ssl()); }

std::string ClientTls::verify_text() const {
  return X509_verify_cert_error_string(verify_result());
}

std::string ClientTls::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

std::optional<CertificateText> ClientTls::certificate() const {
  const X509* peer = SSL_get0_peer_certificate(ssl());
  if (peer == nullptr) return std::nullopt;
  return CertificateText{text_of(X509_get_subject_name(peer)), text_of(X509_get0_notBefore(peer)),
                         text_of(X509_get0_notAfter(peer)), text_of(X509_get_issuer_name(peer))};
}

}  // namespace misproxy

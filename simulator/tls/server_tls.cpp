#include "tls/server_tls.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "tls/alert_seal.hpp"
#include "tls/pem.hpp"

namespace misproxy {
namespace {

constexpr char kCertificate = 11;  // RFC 8446 section 4
constexpr char kFinished = 20;
constexpr char kKeyUpdate = 24;
constexpr std::size_t kMostAlpn = 200;

/// The names in a ProtocolNameList (RFC 7301 section 3.1), made harmless to print.
std::string protocol_names(std::string_view list) {
  std::string names;
  list.remove_prefix(std::min<std::size_t>(2, list.size()));
  while (!list.empty() && names.size() < kMostAlpn) {
    const auto size = static_cast<unsigned char>(list.front());
    auto name = std::string(list.substr(1, size));
    list.remove_prefix(std::min<std::size_t>(size + 1U, list.size()));
    // Reserved ones (RFC 8701) are drawn anew for every connection.
    if (name.size() == 2 && name[0] == name[1] && (name[0] & 0x0f) == 0x0a) name = "GREASE";
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c <= 0x20 || c >= 0x7f; }, '?');
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

/// The first name in a ServerNameList, which is the only one there may be.
std::string first_name(std::string_view list) {
  constexpr std::size_t kBefore = 5;  // the list's length, the name's type and length
  return std::string(list.substr(std::min(kBefore, list.size())));
}

std::string_view extension(SSL* ssl, unsigned int type) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &bytes, &size) != 1) return {};
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

ServerTls::ServerTls(const ServerContext& context) : TlsEngine(context.get()) {
  SSL_set_accept_state(ssl());
  SSL_set_msg_callback(ssl(), &ServerTls::note_message);
  SSL_set_msg_callback_arg(ssl(), this);
}

void ServerTls::read_client_hello(ssl_ctx_st* context) {
  SSL_CTX_set_client_hello_cb(context, &ServerTls::note_client_hello, nullptr);
}

void ServerTls::note_message(int sent, int, int content_type, const void* bytes, std::size_t size,
                             ssl_st*, void* server) {
  static_cast<ServerTls*>(server)->take_message(sent == 1, content_type,
                                                {static_cast<const char*>(bytes), size});
}

void ServerTls::take_message(bool sent, int content_type, std::string_view message) {
  const bool counts = content_type == SSL3_RT_HANDSHAKE || content_type == SSL3_RT_HEADER;
  if (!sent && !client_hello_ && counts) bytes_in_ += message.size();
  if (sent && content_type == SSL3_RT_HANDSHAKE && message.starts_with(kCertificate)) {
    certificate_sent_ = true;
  }
  if (sent) count_record(content_type, message);
}

/// In TLS 1.3 the key of what follows is new behind Finished, in TLS 1.2 before it. A message is
/// told of behind the header of its record.
void ServerTls::count_record(int content_type, std::string_view message) {
  if (content_type == SSL3_RT_HEADER) ++records_sent_;
  if (content_type != SSL3_RT_HANDSHAKE) return;
  const bool is_1_3 = SSL_version(ssl()) == TLS1_3_VERSION;
  if (message.starts_with(kFinished)) records_sent_ = is_1_3 ? 0 : 1;
  if (is_1_3 && message.starts_with(kKeyUpdate)) {
    records_sent_ = 0;
    ++key_updates_;
  }
}

/// OpenSSL says close_notify, which is taken back, and the alert has its place and its number: what
/// may follow a warning is still in order.
bool ServerTls::alert(std::uint8_t level, std::uint8_t description) {
  const bool open = state() == State::open || state() == State::closed_by_peer;
  if (seals() && open && (SSL_get_shutdown(ssl()) & SSL_SENT_SHUTDOWN) == 0) {
    put_record(SSL3_RT_ALERT,
               std::string{static_cast<char>(level), static_cast<char>(description)});
    return true;
  }
  const auto before = take_output();
  const auto shutdown = SSL_get_shutdown(ssl());
  const auto sequence = records_sent_;
  close();
  const auto model = take_output();
  SSL_set_shutdown(ssl(), shutdown);
  const auto sealed =
      seal_alert(ssl(), {level, description}, {key_log(), key_updates_, sequence, model});
  const auto output = before + sealed.value_or("");
  put_output(output);
  return sealed.has_value();
}

int ServerTls::note_client_hello(ssl_st* ssl, int*, void*) {
  auto* engine = static_cast<TlsEngine*>(SSL_get_app_data(ssl));
  if (engine == nullptr) return SSL_CLIENT_HELLO_SUCCESS;  // a connection that is none of ours
  auto& server = static_cast<ServerTls&>(*engine);
  if (server.client_hello_) return SSL_CLIENT_HELLO_SUCCESS;  // the answer to a HelloRetryRequest
  server.client_hello_ = ClientHello{
      server.bytes_in_,
      protocol_names(extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation)),
      sent_server_name(ssl)};
  return SSL_CLIENT_HELLO_SUCCESS;
}

std::string ServerTls::server_name() const {
  // OpenSSL's own knows it no more where a session of TLS 1.2 is resumed.
  return client_hello_ ? client_hello_->server_name : "";
}

std::string sent_server_name(ssl_st* ssl) {
  return first_name(extension(ssl, TLSEXT_TYPE_server_name));
}

std::string ServerTls::client_subject() const {
  const X509* peer = SSL_get0_peer_certificate(ssl());
  return peer == nullptr ? "" : text_of(X509_get_subject_name(peer));
}

bool ServerTls::resumed() const { return SSL_session_reused(ssl()) == 1; }

std::string ServerTls::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

}  // namespace misproxy

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tls/catalogue.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {

/// What a client says first, as far as a server's choices depend on it.
///
/// `bytes` with the headers of its records: 517 for curl's (RFC 7685 pads it). `alpn`: the
/// protocols that it offers, in its order (`h2, http/1.1`; RFC 7301), empty for none.
struct ClientHello {
  std::size_t bytes = 0;
  std::string alpn;
  std::string server_name;  // SNI, RFC 6066 section 3, or empty
};

/// The server's end of a TLS connection.
class ServerTls : public TlsEngine {
 public:
  explicit ServerTls(const ServerContext& context);

  /// What the client asked for by SNI, or empty.
  std::string server_name() const;
  /// The first, once it has come whole.
  const std::optional<ClientHello>& client_hello() const { return client_hello_; }
  /// The client has been shown a certificate: not where an earlier session is resumed.
  bool certificate_sent() const { return certificate_sent_; }
  bool resumed() const;
  /// `h2` or `http/1.1`, empty where none was agreed on.
  std::string protocol() const;
  /// The subject of the certificate that the client has shown: `CN=agent`; empty where it has shown
  /// none.
  std::string client_subject() const;

  /// Sends an alert, any at all; false where it cannot be sealed (tls/alert_seal.hpp), or hands are
  /// not shaken yet, or close_notify was sent. RFC 8446 section 6: behind a fatal one the
  /// connection is to end.
  bool alert(std::uint8_t level, std::uint8_t description);

  /// Part of making a context.
  static void read_client_hello(ssl_ctx_st* context);

 private:
  static void note_message(int sent, int version, int content_type, const void* bytes,
                           std::size_t size, ssl_st* ssl, void* server);
  static int note_client_hello(ssl_st* ssl, int* alert, void*);
  void take_message(bool sent, int content_type, std::string_view message);
  void count_record(int content_type, std::string_view message);

  std::size_t bytes_in_ = 0;  // of the ClientHello: messages, and headers of records
  std::optional<ClientHello> client_hello_;
  bool certificate_sent_ = false;
  std::uint64_t records_sent_ = 0;  // under the key of the day
  int key_updates_ = 0;             // of this end's key
};

/// What a ClientHello asks for by SNI, while it is looked at; or empty.
std::string sent_server_name(ssl_st* ssl);

}  // namespace misproxy

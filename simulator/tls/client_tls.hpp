#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tls/authority.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {

/// Everything that a client needs to speak TLS: versions, the CAs that it trusts, its idea of the
/// time. Shared by the connections that use it, in any thread.
using ClientContext = std::shared_ptr<ssl_ctx_st>;

/// Trusts the certificates in `ca_pem` and no other, not the system's; none where it holds none.
/// `now` is the time at which certificates have to be valid; absent, the machine's clock says.
/// `tls`: "1.2" and "1.3", one or both.
ClientContext make_client_context(const std::string& ca_pem, std::optional<CivilTime> now,
                                  const std::vector<std::string>& tls = {"1.2", "1.3"},
                                  KeyLog keys = KeyLog::none);

/// For both versions, and this certificate alone, which it shares.
ClientContext make_client_context(x509_st* ca, CivilTime now);
/// Makes such a context, which no connection uses, one of another CA and another time.
void trust_another(const ClientContext& context, x509_st* ca, CivilTime now);

/// Trusts the machine's CAs too (SSL_CERT_FILE, SSL_CERT_DIR, or where OpenSSL was built to look).
void trust_system(const ClientContext& context);

/// The server's certificate in the words of `curl -v`: `CN=a.test`, `Nov 22 09:00:00 2026 GMT`.
struct CertificateText {
  std::string subject;
  std::string start_date;
  std::string expire_date;
  std::string issuer;
};

/// A handshake message, an alert or a change of cipher, in the words of `curl -v`: `TLSv1.3 (OUT),
/// TLS handshake, Client hello (1):`.
using TlsMessages = std::vector<std::string>;

/// The client's end of a TLS connection: the ClientHello of OpenSSL 3.0 (517 bytes, as curl's: RFC
/// 7685 pads it), SNI but for addresses, `http/1.1` by ALPN, no tickets, nothing resumed.
class ClientTls : public TlsEngine {
 public:
  /// `host`: the name, or the address without brackets, that the server's certificate has to be
  /// for.
  ClientTls(const ClientContext& context, const std::string& host);

  /// Makes the ClientHello, for `take_output`. Once, before the first `receive`.
  void start();

  /// What both ends have said since the last call.
  TlsMessages take_messages() { return std::exchange(messages_, {}); }

  /// Of the verification of the server's certificate (X509_V_ERR_*); 0 where it is trusted for this
  /// host, and before it came.
  long verify_result() const;
  /// The same in OpenSSL's words: `self-signed certificate in certificate chain`.
  std::string verify_text() const;
  /// `http/1.1`, or empty where the server chose no protocol.
  std::string protocol() const;
  /// Nothing before the handshake, and where the verification failed.
  std::optional<CertificateText> certificate() const;

 private:
  static void note_message(int sent, int version, int content_type, const void* bytes,
                           std::size_t size, ssl_st* ssl, void* client);

  TlsMessages messages_;
};

}  // namespace misproxy

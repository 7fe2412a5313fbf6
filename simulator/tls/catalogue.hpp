#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/certificate_kind.hpp"
#include "core/recent_map.hpp"
#include "tls/authority.hpp"
#include "tls/client_tls.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {

class SpareContexts;

/// Everything that a server needs to speak TLS as one host: versions, certificate, key. Shared by
/// the connections that use it.
using ServerContext = std::shared_ptr<ssl_ctx_st>;

/// How a server speaks TLS.
///
/// `tls`: "1.0" to "1.3", one or several; none for a server without TLS. `alpn`: "h2" and
/// "http/1.1", the server's choice first; a client that offers others alone gets the alert
/// no_application_protocol (RFC 7301 section 3.2); of none, whatever is offered goes unanswered.
/// `session_tickets`: how many a client gets, each of which resumes the session; of none, every
/// handshake has the same shape. A virtual server sends none: they carry the wall clock. `keys`:
/// kept where its alerts are sealed by hand (tls/alert_seal.hpp), and wherever the catalogue keeps
/// them. `other_names`: that the certificate is for besides the host.
struct ServerSettings {
  std::vector<std::string> tls{"1.2", "1.3"};
  std::vector<std::string> alpn{"http/1.1"};
  std::int64_t session_tickets = 0;
  KeyLog keys = KeyLog::none;
  CertificateKind certificate = CertificateKind::good;
  ClientCertificate client_certificate = ClientCertificate::unasked;
  Ciphers ciphers = Ciphers::usual;
  std::vector<std::string> other_names{};
  auto operator<=>(const ServerSettings&) const = default;
};

/// Certificates by host and by settings, made when first asked for, and made anew long before they
/// end, so that a server may run for as long as it likes. Safe to use from many threads.
class Catalogue {
 public:
  /// Certificates kept, some 15 KiB each; past it, the one unused longest makes room.
  static constexpr std::size_t kMostKept = 1000;
  /// The age at which a certificate is made anew: a third of its life is left.
  static constexpr std::chrono::days kRenewal = Authority::kServerLife * 2 / 3;

  /// What time it is, as far as certificates are concerned.
  using CivilClock = std::function<CivilTime()>;

  /// `key`: of all its servers.
  Catalogue(Authority authority, Key key, CivilClock clock, KeyLog keys = KeyLog::none);
  /// With a key of the authority's making, and a clock that stands at `now`. `spare`: contexts of a
  /// virtual world that others have left; null: there are none.
  Catalogue(Authority authority, CivilTime now, KeyLog keys = KeyLog::none,
            SpareContexts* spare = nullptr);

  /// Who issues them.
  const Authority& authority() const { return authority_; }
  /// Null where the settings have no TLS.
  ServerContext context_for(const std::string& host, const ServerSettings& settings);
  ServerContext context_for(const std::string& host, const std::vector<std::string>& tls) {
    return context_for(host, ServerSettings{.tls = tls});
  }
  /// For clients that trust its CA, and the machine's; made when first asked for.
  ClientContext checking_context();

 private:
  using Name = std::pair<std::string, ServerSettings>;
  struct Kept {
    ServerContext context;
    CivilTime made;
  };

  ServerContext make(const std::string& host, const ServerSettings& settings, CivilTime now);
  ServerContext make_new(const std::string& host, const ServerSettings& settings, CivilTime now);
  void show_certificate(ssl_ctx_st* context, const std::string& host,
                        const ServerSettings& settings, CivilTime now);
  const Authority& other(std::optional<Authority>& kept, std::string_view name, CivilTime now);

  Authority authority_;
  Key key_;  // one for all hosts: making an RSA key takes longer than a handshake
  // Made when first asked for.
  std::optional<Authority> untrusted_;
  std::optional<Authority> intermediate_;
  Key weak_key_;
  CivilClock clock_;
  KeyLog keys_;
  SpareContexts* spare_ = nullptr;
  std::mutex mutex_;
  ClientContext checking_;
  RecentMap<Name, Kept> contexts_{kMostKept};
};

}  // namespace misproxy

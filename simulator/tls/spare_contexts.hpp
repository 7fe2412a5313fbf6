#pragma once

#include <map>
#include <utility>
#include <vector>

#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {

/// Contexts of the virtual world whose seeds are done with. All but certificate, key and trust is
/// the same for every seed, and making it takes OpenSSL as long as three signatures: here the next
/// seed finds one in which only those are to be replaced. One thread.
class SpareContexts {
 public:
  /// For clients that trust this CA alone, and take `now` for the time.
  ClientContext client(x509_st* ca, CivilTime now);
  /// A server's context with these settings that nobody uses any more, the certificate of whoever
  /// had it still in it; null where there is none.
  ServerContext server(const ServerSettings& settings);
  /// One more, of a kind that may be given to others: nothing in it but certificate and key is a
  /// seed's.
  void keep(const ServerSettings& settings, ServerContext context);

 private:
  ClientContext client_;
  std::map<ServerSettings, std::vector<ServerContext>> servers_;
};

}  // namespace misproxy

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"
#include "tls/spare_contexts.hpp"

namespace misproxy {

/// What TLS needs in the virtual world, all of it from one seed, and made when first asked for:
/// many a run ends before it comes to TLS. What an asking party draws from its own stream is the
/// same whether it was made already. One thread.
class SeededKeys {
 public:
  /// `now`: what certificates count from, and what their clients take for the time. `log`: the
  /// servers keep their secrets. `spare`: where contexts may be taken from, and are kept for others
  /// whose `log` is the same; it outlives this.
  SeededKeys(std::uint64_t seed, CivilTime now, KeyLog log, SpareContexts* spare = nullptr)
      : seed_(seed), now_(now), log_(log), spare_(spare) {}

  CivilTime now() const { return now_; }
  /// As Catalogue's.
  ServerContext server(const std::string& host, const ServerSettings& settings);
  /// Trusts those servers.
  ClientContext client();

 private:
  Catalogue& catalogue();

  std::uint64_t seed_;
  CivilTime now_;
  KeyLog log_;
  SpareContexts* spare_;
  std::optional<Catalogue> catalogue_;
  ClientContext client_;
};

}  // namespace misproxy

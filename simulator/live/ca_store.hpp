#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "tls/authority.hpp"

namespace misproxy::live {

/// The installation's own CA, in files: `ca.pem` for clients to trust, `ca.key` (mode 0600) beside
/// it, and `server.key` (the same), which all its servers have: making one takes longer than all
/// else that a start does.
struct StoredAuthority {
  std::filesystem::path certificate;
  PemPair pem;
  std::string server_key;
  Validity validity;
};

/// Reads the CA, and makes it first where there is none; two processes at once make one. What is
/// half there, open to others, or out of its time is refused. On an error, a sentence with the path
/// and what to do.
std::variant<StoredAuthority, std::string> open_authority(const std::filesystem::path& directory,
                                                          CivilTime now);

/// A CA that was renewed; `before`: when the certificate that it replaces holds, nothing where
/// there was none.
struct RenewedAuthority {
  StoredAuthority stored;
  std::optional<Validity> before;
};

/// Gives the CA a certificate that holds from now on, for the same name and key; makes one where
/// there is none. On an error as `open_authority`.
std::variant<RenewedAuthority, std::string> renew_authority(const std::filesystem::path& directory,
                                                            CivilTime now);

}  // namespace misproxy::live

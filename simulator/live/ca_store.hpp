#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "tls/authority.hpp"

namespace misproxy::live {

/// The installation's own CA, in files: `ca.pem` for clients to trust, `ca.key` (mode 0600) beside
/// it.
struct StoredAuthority {
  std::filesystem::path certificate;
  PemPair pem;
};

/// `$XDG_STATE_HOME/misproxy`, or `~/.local/state/misproxy` (XDG Base Directory Specification);
/// relative to the working directory where neither variable is set.
std::filesystem::path state_directory();

/// Reads the CA, and makes it first where there is none; two processes at once make one. On an
/// error, a sentence with the path.
std::variant<StoredAuthority, std::string> open_authority(const std::filesystem::path& directory,
                                                          CivilTime now);

/// Copies text to a file that others may read. On an error, a sentence with the path; empty when
/// done.
std::string write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace misproxy::live

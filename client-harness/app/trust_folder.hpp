#pragma once

#include <filesystem>
#include <string>

#include "drivers/client_environment.hpp"

namespace misproxy::app {

/// What programs are told to trust, as files of one folder: the CA, that with the system's, and a
/// store for Java.
TrustFiles trust_files_in(const std::filesystem::path& folder);
/// Writes them. `ca`: its certificate, PEM. Empty, or a sentence.
std::string write_trust_files(const TrustFiles& files, const std::string& ca);

}  // namespace misproxy::app

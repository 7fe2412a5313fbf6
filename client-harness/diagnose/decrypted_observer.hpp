#pragma once

#include <string>
#include <vector>

#include "diagnose/observations.hpp"
#include "evidence/decrypted.hpp"

namespace misproxy::diagnose {

/// Adds what stands inside the TLS of the connections of the capture `file`.
void observe_decrypted(const std::string& file,
                       const std::vector<evidence::DecryptedHttp>& messages,
                       Observations& observations);

}  // namespace misproxy::diagnose

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// A HAR (HTTP Archive 1.2), as a browser's developer tools save it: each request with its answer,
/// or with how it failed; or a proxy's, with its CONNECTs. Cookies, credentials and bodies are not
/// taken from it. At most one report; none where it is no whole JSON document.
std::vector<ClientReport> read_har(std::string_view text, const std::string& file);

bool is_har(std::string_view text);

}  // namespace misproxy::evidence

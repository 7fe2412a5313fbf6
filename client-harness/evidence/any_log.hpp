#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What the log of any other client tells in the words that most have in common: of Python's
/// requests, Java, git, apt, `openssl s_client`, an appliance. At most one report, of one
/// connection; none where no line says anything that is known.
///
/// A status counts as the answer to a CONNECT where its line speaks of a proxy or a tunnel.
std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file);

}  // namespace misproxy::evidence

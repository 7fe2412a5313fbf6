#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What wget 1.x told (English messages), with `-S` and `-d` where they were given.
///
/// wget does not say what the CONNECT's answer was, but for the reason phrase of a refusal
/// (`Proxy tunneling failed: Forbidden`): a phrase of RFC 9110 yields its status, any other 0.
/// That a tunnel was there is concluded from TLS or an answer behind it.
std::vector<ClientReport> read_wget_log(std::string_view text, const std::string& file);

}  // namespace misproxy::evidence

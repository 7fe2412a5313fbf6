#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// FMC's `/etc/sf/iprep_proxy.conf`, wherever it stands in a text:
///
///     iprep_proxy {
///     PROXY_HOST 10.10.10.1;
///     PROXY_PORT 80;
///     }
///
/// Braces and semicolons may be missing; of several blocks the last counts. Nothing where the text
/// holds no such settings.
std::optional<ProxySettings> read_proxy_settings(std::string_view text, const std::string& file);

/// The line ends as the appliance's own file has it: with a semicolon, or with the block's brace.
bool ends_setting(std::string_view line);

}  // namespace misproxy::evidence

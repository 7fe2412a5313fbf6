#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What the log of any other client tells in the words that most have in common: of Python's
/// requests, Java, git, apt, `openssl s_client`, an appliance. At most one report; none where no
/// line says anything that is known. Lines without a time are of one connection.
///
/// A status counts as the answer to a CONNECT where its line speaks of a proxy or a tunnel.
std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file);

/// The same of the lines alone that `is_mine` takes: in a pasted ticket others are of other forms.
std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file,
                                       const std::function<bool(std::string_view)>& is_mine);

}  // namespace misproxy::evidence

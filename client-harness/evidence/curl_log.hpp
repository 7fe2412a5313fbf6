#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What curl told, wherever in the text it did: `-v`, `--trace-ascii` and `--trace`, of curl 7 and
/// 8, with `-w` output, exit codes and the command line where they stand; and without `-v` what
/// `-I` and `curl: (56) ...` say. misproxy's own client writes the same form.
///
/// A report ends with the next command, with `exit=N`, or where work begins anew behind
/// `curl: (N)`. Any bytes may be given; what is not curl's yields no report.
std::vector<ClientReport> read_curl_log(std::string_view text, const std::string& file);

}  // namespace misproxy::evidence

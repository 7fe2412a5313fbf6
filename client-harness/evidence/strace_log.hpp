#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What `strace -f -e trace=network,read,write` shows of a client: each connect() of TCP, what was
/// sent and received there as far as strings show it, and how it ended. At most one report.
std::vector<ClientReport> read_strace(std::string_view text, const std::string& file);

/// `connect(3, {sa_family=AF_INET, sin_port=htons(3128), ...`, with a process and a time in front.
bool is_strace_line(std::string_view line);

}  // namespace misproxy::evidence

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// The TCP sockets of `netstat -na` (Linux, and BSD's `address.port`) and `ss -tan`, wherever they
/// stand in a text, with or without headers. States are netstat's, whoever wrote them.
std::vector<SocketRow> read_socket_table(std::string_view text, const std::string& file);

/// One line of such a table, without its place; nothing where it is none.
std::optional<SocketRow> read_socket_row(std::string_view line);

}  // namespace misproxy::evidence

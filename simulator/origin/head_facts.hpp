#pragma once

#include <optional>
#include <string_view>

#include "plan/plan.hpp"

namespace misproxy {

/// Where the head of a response of HTTP/1.x ends, behind its empty line; nothing where none does.
std::optional<std::size_t> end_of_head(std::string_view bytes);

/// What the faults of a response may ask of its head: the status and the header lines, as they are
/// sent. A head that is none has neither.
void take_facts(std::string_view head, ConnectionFacts& facts);

}  // namespace misproxy

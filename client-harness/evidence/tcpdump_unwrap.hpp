#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// What stands at the end of a line that was put together, once for each line that went into it.
constexpr char kJoined = '\v';

/// tcpdump's lines as they were before a mail or a terminal broke them at some column: between
/// words, or wherever that was. Nothing where none is broken, or the breaks follow no rule.
///
/// That a line is broken is told by its end, which lacks a packet's; what belongs behind it, by
/// that it would not have fit.
std::optional<std::string> unwrapped(std::string_view text);

}  // namespace misproxy::evidence

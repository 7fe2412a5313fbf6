#pragma once

#include <string_view>

#include "evidence/tcpdump_front.hpp"

namespace misproxy::evidence {

/// What stands between the packets of a text and is expected there.
enum class Chatter {
  none,
  tcpdump,  // ARP, `listening on eth0, ...`, `12 packets captured`, the command itself
  shell,    // another command behind a prompt: what follows is its output
  fence     // of Markdown, `^C`
};

Chatter chatter_of(const Front& front);

/// `E..4..@.@...`: how an IP packet begins that -A prints.
bool begins_ascii_dump(std::string_view line);

}  // namespace misproxy::evidence

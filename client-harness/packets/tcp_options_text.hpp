#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy {

/// TCP options as tcpdump lists them: `mss 1460,nop,wscale 7]`, to the bracket that closes it.
struct OptionsText {
  std::string text;
  bool bad = false;  // the last one has no room for what it holds: tcpdump's line ends there
};

/// `options`: from the header's 20th byte on. SACK blocks are counted from `sack_base`. The options
/// that nobody meets near a proxy (echo, MPTCP, MD5, TCP-AO) are `unknown` here, not so in tcpdump.
OptionsText options_text(std::string_view options, std::uint32_t sack_base);

}  // namespace misproxy

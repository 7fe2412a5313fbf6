#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy {

/// TCP options as tcpdump lists them between its brackets: `mss 1460,nop,wscale 7`.
struct OptionsText {
  std::string text;
  bool bad = false;  // the last one has no room for what it says it holds; the text says so
};

/// `options`: from the header's 20th byte on. SACK blocks are counted from `sack_base`.
OptionsText options_text(std::string_view options, std::uint32_t sack_base);

}  // namespace misproxy

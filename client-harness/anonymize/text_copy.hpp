#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

struct TextCopied {
  std::string text;
  std::size_t left_out = 0;  // lines of hex dumps, and of TLS secrets
};

/// Any text that evidence is in, line by line: logs of clients and proxies, tcpdump's text, tables
/// of sockets, settings. Credentials go as `misproxy diagnose` hides them, fields of heads as in
/// http_head.hpp, bodies are masked where a log shows them. `text`: UTF-8.
TextCopied copy_text(std::string_view text, Pseudonyms& pseudonyms);

/// A HAR: URLs, fields, addresses as in texts; cookies' values, what was posted and all content is
/// masked. Empty where it is no whole JSON document.
std::string copy_har(std::string_view text, Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize

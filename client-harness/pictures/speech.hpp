#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pictures/ladder.hpp"

namespace misproxy::pictures {

/// What one end of a connection says, as far as it can be read: heads of HTTP, TLS records, data.
/// Source: RFC 9112 section 2, RFC 8446 section 5.1.
class Speech {
 public:
  struct Said {
    Tone tone = Tone::data;
    std::string label;  // `CONNECT tools.cisco.com:443`, `Client Hello`, `TLS data`, `data`
  };

  /// The payload of a segment that brings new bytes, of which `cut` were not captured.
  Said take(std::string_view payload, std::size_t cut);
  /// Bytes are missing before what comes next.
  void lose() { left_ = 0, header_.clear(); }

 private:
  void take_records(std::string_view bytes, std::vector<std::string>& labels);

  bool tls_ = false;
  std::uint64_t left_ = 0;   // of the record under way
  std::string_view record_;  // what that is
  std::string header_;       // the beginning of the next, where it came in pieces
  bool head_open_ = false;   // an HTTP head goes on
};

/// The first line of a head, without credentials and what no eye can read; empty where it is none.
std::string head_line(std::string_view payload);

}  // namespace misproxy::pictures

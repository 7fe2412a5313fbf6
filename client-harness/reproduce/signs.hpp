#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/outcome.hpp"
#include "diagnose/observations.hpp"
#include "reproduce/seen.hpp"

namespace misproxy::reproduce {

/// How far the client came on a connection, as its evidence shows it.
ClientPhase phase_of(const diagnose::Connection& connection, const diagnose::Verdict& verdict);

/// Who ended it first, and how: `FIN of the proxy's side`, `RST with window 0`, `nobody`.
std::string end_of(const diagnose::Connection& connection);

/// One thing by which two runs are told apart.
struct Sign {
  enum class Kind {
    word,   // equal or not
    count,  // of bytes, equal to the byte
    size,   // of bytes, equal but for what TLS and heads of another make add
    time,   // equal in its class: too short to be noticed, or within half of the other
  };

  std::string_view name;
  Kind kind = Kind::word;
  std::string text;         // as it is shown
  std::int64_t amount = 0;  // bytes, or milliseconds
  bool decides = true;      // its verdict rests on it; else only told
};

bool agree(const Sign& one, const Sign& other);

/// What the evidence shows of the nth connection, by which it is compared with a run.
std::vector<Sign> signs_of(const Seen& seen, std::optional<std::size_t> nth);

}  // namespace misproxy::reproduce

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/reading.hpp"
#include "reproduce/names.hpp"
#include "reproduce/seen.hpp"
#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// What the evidence shows of one incident, as a scenario is built from it.
///
/// Units: milliseconds; bytes of payload, inside TLS where they are a body's.
struct Facts {
  std::string verdict;  // the id that the scenario is to show
  diagnose::Connection seen;
  Form form;
  bool keep_names = false;

  std::string host;  // of the origin, by the name that the scenario has for it
  std::uint16_t port = 443;
  bool plain = false;        // no tunnel: a request that the proxy forwards
  std::string method;        // GET, HEAD or POST
  std::int64_t upload = 0;   // bytes of a request's body
  std::vector<int> failing;  // attempts, from 1, that failed; the others worked
  int attempts = 1;

  std::optional<std::int64_t> silence_ms;  // before the end
  std::optional<std::int64_t> life_ms;     // of the connection
  std::optional<std::int64_t> waited_ms;   // as long as the client waited; absent: it did not
  std::optional<std::int64_t> body;        // that arrived, or an estimate from what TLS hides
  std::optional<std::int64_t> length;      // that it was to have

  std::optional<int> rcode;          // of the first look-up that found no address
  std::vector<std::string> assumed;  // in sentences

  /// Bytes of the response's body that arrived, or a number that is assumed.
  std::int64_t body_or(std::int64_t otherwise) const { return body.value_or(otherwise); }
  bool closed_by(diagnose::End end) const { return diagnose::closed_first(seen, end); }
  const diagnose::ResetSeen* reset() const {
    return diagnose::first_reset(seen, diagnose::End::proxy);
  }
};

/// Of the nth connection; of none where the verdict is of none.
Facts facts_of(const Seen& seen, std::optional<std::size_t> nth, std::string_view verdict,
               Names& names);

/// `https://HOST:PORT` and the path; the scheme's own port is left out.
std::string url_of(const Facts& facts, std::string_view path);

/// What every scenario from these facts has: its name, the origin, the client and what it waits
/// for.
Sketch frame_of(const Facts& facts);

}  // namespace misproxy::reproduce

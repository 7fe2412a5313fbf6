#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"
#include "diagnose/place.hpp"

namespace misproxy::diagnose {

/// Where a failure sits.
enum class Layer { none, dns, tcp, proxy, tls, origin, path, client };

/// How sure a verdict is. `certain`: the evidence allows nothing else. `likely`: it allows the
/// alternatives, which are rarer. `ambiguous`: it cannot decide between them.
enum class Confidence { certain, likely, ambiguous };

/// Whether it worked. `untold`: the evidence does not say; a verdict `healthy` that is ambiguous is
/// one of those.
enum class Outcome { works, fails, untold };

/// What was found for one connection, or for the incident. Views are of what stands in the program.
struct Verdict {
  std::string_view id;  // of `Lesson`: `proxy-denied`
  Layer layer = Layer::none;
  std::string_view blame;  // who: `the proxy's access list`, `the path towards the client`
  std::string connection;  // its name; empty for the incident where it is none's
  std::string headline;    // one sentence
  Confidence confidence = Confidence::certain;
  std::vector<Place> evidence;
  std::vector<std::string_view> alternatives;  // ids that the same evidence allows
  std::vector<std::string> next;               // what would decide
  std::string_view remedy;                     // what to do about it
  bool upstream = false;          // of the proxy's own connection: the client's tells more
  std::uint16_t server_port = 0;  // of its connection
  bool proxied = false;           // a proxy was asked on it
  bool cut_short = false;  // for want of evidence that was there and is lost: broken off, or a gap

  Outcome outcome() const {
    if (layer != Layer::none) return Outcome::fails;
    return id == "healthy" && confidence != Confidence::ambiguous ? Outcome::works
                                                                  : Outcome::untold;
  }
};

/// What `misproxy diagnose` says.
struct Diagnosis {
  Verdict incident;
  std::vector<Verdict> verdicts;  // one for each connection, in order
  std::vector<std::string>
      remarks;  // on the evidence, and on settings that are wrong but not to blame
};

}  // namespace misproxy::diagnose

namespace misproxy {

template <>
struct WordsOf<diagnose::Layer> {
  static constexpr std::array<std::string_view, 8> words{"none", "dns",    "tcp",  "proxy",
                                                         "tls",  "origin", "path", "client"};
};

template <>
struct WordsOf<diagnose::Outcome> {
  static constexpr std::array<std::string_view, 3> words{"works", "fails", "untold"};
};

template <>
struct WordsOf<diagnose::Confidence> {
  static constexpr std::array<std::string_view, 3> words{"certain", "likely", "ambiguous"};
};

}  // namespace misproxy

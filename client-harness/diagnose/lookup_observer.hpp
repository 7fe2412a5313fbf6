#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "diagnose/moment.hpp"
#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// What DNS was asked, and whether something came of it: the packets of one file.
///
/// A look-up is what one host asks at once: a question for A, one for AAAA. A resolver that repeats
/// a question keeps its ID (RFC 5452 section 9.2 asks for new ones of new questions), so another ID
/// for the same type is another look-up: somebody has begun again.
class LookupObserver {
 public:
  static constexpr std::size_t kMostNames = 1'000;

  void take(const Moment& now);
  /// A connection is opened.
  void opened(const Moment& now);
  void finish(const PacketFile& file, Observations& observations);

 private:
  /// Who asks, and the message's ID: a text tells no name with an answer.
  using Key = std::tuple<evidence::HostId::Family, std::array<std::uint8_t, 16>, std::uint16_t,
                         std::uint16_t>;
  using Host = std::tuple<evidence::HostId::Family, std::array<std::uint8_t, 16>>;

  struct Question {
    std::uint16_t id = 0;
    std::uint16_t type = 0;
    std::uint32_t times = 1;
    int rcode = -1;
  };
  struct Lookup {
    evidence::HostId client;
    std::vector<Question> questions;
    std::optional<Time> begun, asked, answered;  // the last two: last
    bool found = false;
    bool led = false;  // to a connection
    Citation where;    // of the answer, or of the first question
    Citation first;    // of the first question

    Question* find(std::uint16_t id);
    Question* find(std::uint16_t id, std::uint16_t type);
    /// Asked again, or for the other type soon enough.
    bool goes_on_with(const evidence::WirePacket& packet, std::optional<Time> at);
  };
  struct Name {
    LookupSeen seen;
    std::vector<Lookup> last;              // of each of a few clients
    std::optional<LookupSeen::Vain> vain;  // of which no later look-up has come to something
    std::optional<Citation> unanswered;    // the first question for A, till one is answered
    bool a_answered = false;
  };

  Name* name_of(const evidence::WirePacket& packet, const PacketFile& file);
  static void ask(Name& name, const Moment& now);
  static Lookup& lookup_of(Name& name, const Moment& now);
  static void answer(Name& name, const Moment& now);
  static void end(Name& name, const Lookup& lookup, std::optional<Time> next);

  std::vector<Name> names_;
  std::map<std::string, std::size_t> index_;  // the place in `names_`
  std::map<Key, std::size_t> questions_;      // the same; unanswered ones of a text
  std::map<Host, std::size_t> addresses_;     // the same; that were found
  std::uint64_t left_out_ = 0;                // queries for names that had no room
};

}  // namespace misproxy::diagnose

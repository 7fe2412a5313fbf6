#include "diagnose/complaint_words.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/line_signs.hpp"

namespace misproxy::diagnose {
namespace {

struct ComplaintWords {
  std::string_view part;
  Complaint complaint;
  std::string_view source;
};

/// What a client says of its own connection, and nobody of anything else. The first that is found
/// counts, before the table of all clients' words.
constexpr auto kFirstWords = std::to_array<ComplaintWords>({
    {"was not closed cleanly", Complaint::truncated, "curl, a stream of HTTP/2"},
    {"redirects followed", Complaint::redirects, "curl"},
    {"redirections exceeded", Complaint::redirects, "wget"},
    {"too slow", Complaint::too_slow, "curl"},
    {"bytes remaining to read", Complaint::truncated, "curl"},
    {"end of response with", Complaint::truncated, "curl"},
    {"read error at byte", Complaint::truncated, "wget"},
    {"closed at byte", Complaint::truncated, "wget"},
    {"hex-length", Complaint::truncated, "curl: the rest of a chunked body cannot be read"},
    {"hexadecimal sequence", Complaint::truncated, "curl"},
    {"hexadecimal number", Complaint::truncated, "curl"},
});

/// What is a client's word for it where nothing else is.
constexpr auto kLastWords = std::to_array<ComplaintWords>({
    {"refused", Complaint::refused, "strerror"},
    {"connection was reset", Complaint::reset, "curl"},
    {"client closed", Complaint::interrupted, "nginx, 499"},
    {"empty reply", Complaint::closed, "curl"},
    {"failed to receive handshake", Complaint::closed, "Schannel"},
    {"close notify in the handshake", Complaint::closed, "misproxy"},
    {"closed the connection", Complaint::closed, "all"},
    {"no data received", Complaint::closed, "wget"},
    {"failed reading proxy response", Complaint::closed, "wget"},
    {"read error (", Complaint::closed, "wget, with GnuTLS"},
    {"server closed", Complaint::closed, "all"},
    {"callback aborted", Complaint::interrupted, "curl"},
    {"interrupted", Complaint::interrupted, "all"},
});

template <std::size_t N>
Complaint first_of(const std::array<ComplaintWords, N>& all, std::string_view words) {
  const auto* const found = std::ranges::find_if(
      all, [&](const ComplaintWords& each) { return holds_in_any_case(words, each.part); });
  return found == all.end() ? Complaint::none : found->complaint;
}

Complaint complaint_of(evidence::Sign sign) {
  using evidence::Sign;
  switch (sign) {
    case Sign::refused:
      return Complaint::refused;
    case Sign::unreachable:
      return Complaint::unreachable;
    case Sign::truncated:
      return Complaint::truncated;
    case Sign::redirects:
      return Complaint::redirects;
    case Sign::too_slow:
      return Complaint::too_slow;
    case Sign::timed_out:
      return Complaint::timed_out;
    case Sign::reset:
      return Complaint::reset;
    case Sign::closed:
      return Complaint::closed;
    case Sign::interrupted:
      return Complaint::interrupted;
    default:
      return Complaint::none;
  }
}

}  // namespace

Complaint complaint_of(std::string_view words) {
  // wget: the transfer broke off for want of data, or of a connection.
  if (holds_in_any_case(words, "read error at byte") &&
      evidence::LineSigns(words).has(evidence::Sign::timed_out))
    return Complaint::timed_out;
  if (const auto own = first_of(kFirstWords, words); own != Complaint::none) return own;
  if (const auto sign = evidence::LineSigns(words).failure()) {
    if (const auto told = complaint_of(*sign); told != Complaint::none) return told;
  }
  return first_of(kLastWords, words);
}

}  // namespace misproxy::diagnose

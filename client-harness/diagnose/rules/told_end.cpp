#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {

std::optional<Verdict> told_end(const Connection& connection) {
  const bool alone = connection.in_log && !connection.on_wire && !connection.connect &&
                     !connection.reply && !connection.request && !connection.response &&
                     !connection.tls.client_hello && connection.server.empty();
  if (!alone || !connection.problem) return std::nullopt;
  const auto& words = connection.problem->value;
  bool in_tls = false;
  for (const auto* part : {"ssl", "tls", "handshake"})
    in_tls = in_tls || holds_in_any_case(words, part);
  struct Ended {
    Complaint complaint;
    std::string_view id;
    std::string_view in_tls;
    std::string_view other;
    std::string_view sentence;
  };
  static constexpr std::array<Ended, 3> kEnds{
      {{Complaint::reset, "reset-mid-transfer", "tls-reset", "proxy-reset-without-reply",
        "A connection of the client's is reset (RST); where in its life is not told."},
       {Complaint::closed, "empty-reply", "tls-closed", "proxy-closed-without-reply",
        "A connection of the client's is closed where an answer was due; where in its life is not "
        "told."},
       {Complaint::truncated, "truncated", "truncated", "reset-mid-transfer",
        "The transfer ends before the response is complete."}}};
  const auto* end = std::ranges::find(kEnds, connection.complaint, &Ended::complaint);
  if (end == kEnds.end()) return std::nullopt;
  auto found = verdict(in_tls ? end->in_tls : end->id, connection, std::string(end->sentence));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {in_tls ? end->id : end->in_tls, end->other};
  std::erase(found.alternatives, found.id);
  cite(found, connection.problem->where);
  found.next = {"The whole log (`curl -v`) tells how far it came."};
  return found;
}

}  // namespace misproxy::diagnose::rules

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {

namespace {

/// The client's words, and the line in which they stand.
bool is_of_tls(std::string_view words, std::string_view line) {
  constexpr std::array<std::string_view, 6> kParts{"ssl",         "tls",        "handshake",
                                                   "write:errno", "read:errno", "transport stream"};
  if (holds_in_any_case(words, "rpc failed")) return false;  // git, in the middle of a transfer
  return line.find("curl: (35)") != std::string_view::npos ||
         std::ranges::any_of(kParts, [&](auto part) { return holds_in_any_case(words, part); });
}

}  // namespace

std::optional<Verdict> told_end(const Connection& connection) {
  const bool alone = connection.in_log && !connection.on_wire && !connection.connect &&
                     !connection.reply && !connection.request && !connection.response &&
                     !connection.tls.client_hello;
  if (!alone || !connection.problem) return std::nullopt;
  const auto& words = connection.problem->value;
  const bool in_tls = is_of_tls(words, connection.problem->where.quote);
  struct Ended {
    Complaint complaint;
    std::string_view id;
    std::string_view in_tls;
    std::string_view other;
    std::string_view sentence;
  };
  static constexpr std::array<Ended, 7> kEnds{
      {{Complaint::reset, "reset-mid-transfer", "tls-reset", "proxy-reset-without-reply",
        "A connection of the client's is reset (RST); where in its life is not told."},
       {Complaint::closed, "empty-reply", "tls-closed", "proxy-closed-without-reply",
        "A connection of the client's is closed where an answer was due; where in its life is not "
        "told."},
       {Complaint::truncated, "truncated", "truncated", "reset-mid-transfer",
        "The transfer ends before the response is complete."},
       {Complaint::redirects, "redirect-loop", "redirect-loop", "proxy-redirected",
        "The client follows redirects until it takes no more of them."},
       {Complaint::too_slow, "slow-transfer", "slow-transfer", "download-stall",
        "The transfer is too slow for the client, which gives up."},
       {Complaint::interrupted, "client-abort", "client-abort", "proxy-connect-stall",
        "The client is stopped while it waits; for what, the log does not tell."},
       {Complaint::timed_out, "response-stall", "tls-no-server-hello", "proxy-connect-stall",
        "An answer that the client waits for does not come before its time limit; to what, the log "
        "does not tell."}}};
  const auto* end = std::ranges::find(kEnds, connection.complaint, &Ended::complaint);
  if (end == kEnds.end()) return std::nullopt;
  const bool waited = connection.complaint == Complaint::timed_out ||
                      connection.complaint == Complaint::interrupted;
  const bool not_reached = waited && !connection.established;
  if (not_reached) return std::nullopt;
  auto found = verdict(in_tls ? end->in_tls : end->id, connection, std::string(end->sentence));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {in_tls ? end->id : end->in_tls, end->other};
  if (connection.complaint == Complaint::closed) {  // which some say of a RST, too
    found.alternatives.insert(found.alternatives.end(),
                              {in_tls ? "tls-reset" : "proxy-reset-without-reply", "truncated"});
  }
  if (connection.complaint == Complaint::reset) found.alternatives.emplace_back("truncated");
  if (waited)
    found.alternatives.insert(found.alternatives.end(),
                              {"tls-handshake-stall", "download-stall", "mtu-black-hole"});
  if (connection.complaint == Complaint::interrupted)
    found.alternatives.insert(found.alternatives.end(), {"tls-no-server-hello", "response-stall"});
  std::erase(found.alternatives, found.id);
  cite(found, connection.problem->where);
  found.next = {"The whole log (`curl -v`) tells how far it came."};
  return found;
}

}  // namespace misproxy::diagnose::rules

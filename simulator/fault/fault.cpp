#include "fault/fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace misproxy {
namespace {

/// The points that offer all that is asked.
std::vector<std::string> points_for(unsigned asks) {
  std::vector<std::string> words;
  for (const auto& row : kPointRows) {
    if ((row.asks & asks) == asks) words.push_back(fmt::format("`{}`", misproxy::word(row.point)));
  }
  return words;
}

/// Why a deed is none, wherever it acts; empty where it is one.
template <class D>
std::string unfit(const D& deed) {
  if constexpr (requires { deed.unfit(); }) return deed.unfit();
  return {};
}

}  // namespace

std::string_view Fault::word() const {
  return std::visit([](const auto& d) { return d.kWord; }, deed);
}

Effect Fault::effect() const {
  return std::visit([&](const auto& d) { return d.effect(when.point); }, deed);
}

TraceFields Fault::told() const {
  return std::visit([](const auto& d) { return d.told(); }, deed);
}

std::optional<std::string> Fault::misfit() const {
  if (auto why = std::visit([](const auto& d) { return unfit(d); }, deed); !why.empty()) return why;
  const auto asks = std::visit([&](const auto& d) { return d.asks(when.point); }, deed);
  const auto& row = row_of(when.point);
  if ((row.asks & asks) != asks) {
    return fmt::format("this `{}` cannot act at `{}`; it can at {}", word(),
                       misproxy::word(when.point), fmt::join(points_for(asks), ", "));
  }
  if ((asks & asks_of({Ask::cast})) != 0 && when.path) {
    return fmt::format("`{}` is of a tunnel's TLS, and `path` is of a request that is forwarded",
                       word());
  }
  const bool tunnel_stream = bends() && when.point == Point::tunnel;
  if (tunnel_stream && !when.direction) {
    return fmt::format("`{}` in the tunnel needs `direction`: `to_origin` or `to_client`", word());
  }
  const bool at_turn = when.point == Point::tunnel && !when.at_byte() && !bends();
  if (at_turn && when.direction) {
    return fmt::format(
        "`{}` acts on the whole tunnel here; `direction` goes with a byte of it, or "
        "with what bends its stream",
        word());
  }
  if (bends() && when.after_ms) {
    return fmt::format("`{}` begins at a byte; `after_ms` goes with what ends or answers", word());
  }
  const bool answers = (asks & asks_of({Ask::answer})) != 0;
  if (answers && when.at_byte()) {
    return fmt::format("`{}` answers in the place of a reply, and no byte of that is sent before",
                       word());
  }
  return std::nullopt;
}

/// Asked of every fault at every point: told from what it asks, for an effect may be megabytes.
bool Fault::bends() const {
  constexpr auto kStreams = asks_of({Ask::stream, Ask::late});
  const auto asks = std::visit([&](const auto& d) { return d.asks(when.point); }, deed);
  return when.point != Point::path && when.point != Point::lookup && (asks & kStreams) != 0;
}

bool Fault::is_of_tls() const {
  constexpr auto kOfTls = asks_of({Ask::bare_fin, Ask::alert});
  const bool inside = when.point == Point::inner_request || when.point == Point::inner_response;
  const auto asks = std::visit([&](const auto& d) { return d.asks(when.point); }, deed);
  return inside && (asks & kOfTls) != 0;
}

bool Fault::is_final() const {
  const auto what = effect();
  if (const auto* answer = std::get_if<Answer>(&what)) {
    const bool unasked = when.point == Point::accept;
    return !answer->is_interim() && (unasked ? answer->ends_unasked() : !answer->is_success());
  }
  if (const auto* hold = std::get_if<Hold>(&what)) return !hold->for_ms;
  if (const auto* alert = std::get_if<Alert>(&what)) return alert->level == 2;
  const auto* fate = std::get_if<Fate>(&what);
  if (fate != nullptr && when.point == Point::lookup) return fate->copies == 0;
  if (std::holds_alternative<LookupAnswer>(what)) return true;
  return std::holds_alternative<End>(what) || std::holds_alternative<UpstreamFailure>(what);
}

}  // namespace misproxy

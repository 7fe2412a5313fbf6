#include "fault/fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

namespace misproxy {
namespace {

std::string points_text(std::span<const Point> points) {
  std::vector<std::string> words;
  std::transform(points.begin(), points.end(), std::back_inserter(words),
                 [](Point point) { return fmt::format("`{}`", word(point)); });
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::optional<std::string> Fault::misfit() const {
  const auto points =
      std::visit([](const auto& d) { return std::span<const Point>(d.kPoints); }, deed);
  if (std::find(points.begin(), points.end(), when.point) == points.end()) {
    return fmt::format("`{}` cannot act at `{}`; it can at {}", word(deed_word()), word(when.point),
                       points_text(points));
  }
  const auto* close = std::get_if<Close>(&deed);
  const bool tls_ends_here =
      when.point == Point::inner_request || when.point == Point::inner_response;
  if (close != nullptr && close->how == Close::How::no_close_notify && !tls_ends_here) {
    return fmt::format(
        "`no_close_notify` needs a point at which TLS ends here, not `{}`; "
        "it can act at `inner-request`, `inner-response`",
        word(when.point));
  }
  const auto* stall = std::get_if<Stall>(&deed);
  if (stall != nullptr && !stall->reads && when.point != Point::tunnel) {
    return "a stall with `reads = false` is the proxy's, at `tunnel`";
  }
  if (close != nullptr && when.point == Point::path && close->how != Close::How::rst) {
    return fmt::format("`{}` cannot be done at `path`; a router can only `rst`", word(close->how));
  }
  return std::nullopt;
}

}  // namespace misproxy

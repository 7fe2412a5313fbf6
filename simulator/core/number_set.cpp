#include "core/number_set.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace misproxy {
namespace {

constexpr auto kNoEnd = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<NumberSet::Span> NumberSet::parse(std::string_view text, std::int64_t least) {
  const auto dots = text.find("..");
  const auto first = whole_number(text.substr(0, dots));
  if (!first || *first < least) return std::nullopt;
  if (dots == std::string_view::npos) return Span{*first, *first};
  const auto end = text.substr(dots + 2);
  const auto last = end.empty() ? std::optional(kNoEnd) : whole_number(end);
  if (!last || *last < *first) return std::nullopt;
  return Span{*first, *last};
}

bool NumberSet::contains(std::int64_t number) const {
  return std::any_of(spans_.begin(), spans_.end(),
                     [&](const Span& span) { return number >= span.first && number <= span.last; });
}

std::string NumberSet::text() const {
  std::vector<std::string> parts;
  for (const auto& span : spans_) {
    if (span.first == span.last) {
      parts.push_back(fmt::to_string(span.first));
    } else if (span.last == kNoEnd) {
      parts.push_back(fmt::format("{}..", span.first));
    } else {
      parts.push_back(fmt::format("{}..{}", span.first, span.last));
    }
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace misproxy

#include "http/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

/// A number beyond 64 bits is beyond every body.
std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || stop != end || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc{} ? value : UINT64_MAX;
}

/// What one range comes to: no range, one that is not there, or one that is.
struct Spec {
  bool valid = false;
  std::optional<ByteRange> there{};
};

/// The last `count` bytes.
Spec suffix(std::uint64_t count, std::uint64_t body) {
  if (count == 0 || body == 0) return {true};
  const auto size = std::min(count, body);
  return {true, ByteRange{body - size, size}};
}

Spec parse_spec(std::string_view spec, std::uint64_t body) {
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return {};
  const auto from = without_blanks(spec.substr(0, dash));
  const auto to = without_blanks(spec.substr(dash + 1));
  if (from.empty()) {
    const auto count = number_of(to);
    return count ? suffix(*count, body) : Spec{};
  }
  const auto first = number_of(from);
  const auto last = to.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : number_of(to);
  if (!first || !last || *last < *first) return {};
  if (*first >= body) return {true};
  return {true, ByteRange{*first, std::min(*last, body - 1) - *first + 1}};
}

bool overlap(const ByteRange& one, const ByteRange& other) {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

/// How many have a byte in common with another.
std::ptrdiff_t overlapping(const std::vector<ByteRange>& ranges) {
  return std::ranges::count_if(ranges, [&](const ByteRange& one) {
    return std::ranges::any_of(
        ranges, [&](const ByteRange& other) { return &one != &other && overlap(one, other); });
  });
}

}  // namespace

std::string ByteRange::content_range(std::uint64_t of) const {
  return fmt::format("bytes {}-{}/{}", first, first + size - 1, of);
}

/// An element of a list may be empty: RFC 9110 section 5.6.1.2.
AskedRange parse_range(std::string_view value, std::uint64_t body) {
  const auto equals = value.find('=');
  if (equals == std::string_view::npos) return {};
  if (!same_but_for_case(without_blanks(value.substr(0, equals)), "bytes")) return {};
  std::size_t asked = 0;
  std::vector<ByteRange> parts;
  for (auto rest = value.substr(equals + 1); !rest.empty();) {
    const auto element = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(element.size() + 1, rest.size()));
    const auto text = without_blanks(element);
    if (text.empty()) continue;
    const auto spec = parse_spec(text, body);
    if (!spec.valid || ++asked > AskedRange::kMost) return {};
    if (spec.there) parts.push_back(*spec.there);
  }
  if (asked == 0 || overlapping(parts) > 2) return {};
  if (parts.empty()) return {AskedRange::Kind::none};
  return {AskedRange::Kind::parts, std::move(parts)};
}

}  // namespace misproxy

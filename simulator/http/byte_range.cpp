#include "http/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

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

/// The last `count` bytes.
AskedRange suffix(std::uint64_t count, std::uint64_t body) {
  if (count == 0 || body == 0) return {AskedRange::Kind::none};
  const auto size = std::min(count, body);
  return {AskedRange::Kind::part, {body - size, size}};
}

}  // namespace

std::string ByteRange::content_range(std::uint64_t of) const {
  return fmt::format("bytes {}-{}/{}", first, first + size - 1, of);
}

AskedRange parse_range(std::string_view value, std::uint64_t body) {
  const auto equals = value.find('=');
  if (equals == std::string_view::npos) return {};
  if (!same_but_for_case(without_blanks(value.substr(0, equals)), "bytes")) return {};
  const auto spec = without_blanks(value.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return {};
  const auto from = without_blanks(spec.substr(0, dash));
  const auto to = without_blanks(spec.substr(dash + 1));
  if (from.empty()) {
    const auto count = number_of(to);
    return count ? suffix(*count, body) : AskedRange{};
  }
  const auto first = number_of(from);
  const auto last = to.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : number_of(to);
  if (!first || !last || *last < *first) return {};
  if (*first >= body) return {AskedRange::Kind::none};
  return {AskedRange::Kind::part, {*first, std::min(*last, body - 1) - *first + 1}};
}

}  // namespace misproxy

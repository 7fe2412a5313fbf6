#include "app/run_options.hpp"

#include <charconv>
#include <string_view>

#include "drivers/real_client.hpp"

namespace misproxy::app {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool good = error == std::errc{} && stop == end && !text.empty() && number >= 0;
  return good ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string_view RunOptions::client_name() const {
  if (client == ClientChoice::fmc) return "fmc";
  return client == ClientChoice::exec ? "exec" : real->name;
}

std::optional<NumberRange> parse_range(std::string_view text) {
  const auto colon = text.find(':');
  const auto ends = text.substr(0, colon);
  const auto dots = ends.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto from = whole(ends.substr(0, dots));
  const auto to = whole(ends.substr(dots + 2));
  const auto step = colon == std::string_view::npos ? std::optional<std::int64_t>(1)
                                                    : whole(text.substr(colon + 1));
  if (!from || !to || !step || *to < *from || *step == 0) return std::nullopt;
  return NumberRange{*from, *to, *step};
}

std::optional<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = whole(text.substr(0, slash));
  const auto count = whole(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
  return Shard{static_cast<std::size_t>(*index), static_cast<std::size_t>(*count)};
}

}  // namespace misproxy::app

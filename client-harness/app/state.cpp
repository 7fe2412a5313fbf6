#include "app/state.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/shell_word.hpp"
#include "live/state_directory.hpp"
#include "live/today.hpp"

namespace misproxy::app {
namespace {

constexpr std::chrono::days kSoon{30};

using Place = std::variant<std::filesystem::path, std::string>;

Place place_of(const std::optional<std::string>& state_dir) {
  return live::state_directory(live::StatePlaces::of_process(state_dir));
}

}  // namespace

std::variant<live::StoredAuthority, std::string> open_state(
    const std::optional<std::string>& state_dir, CivilTime now) {
  const auto place = place_of(state_dir);
  if (const auto* why = std::get_if<std::string>(&place)) return *why;
  return live::open_authority(std::get<std::filesystem::path>(place), now);
}

std::variant<live::RenewedAuthority, std::string> renew_state(
    const std::optional<std::string>& state_dir, CivilTime now) {
  const auto place = place_of(state_dir);
  if (const auto* why = std::get_if<std::string>(&place)) return *why;
  return live::renew_authority(std::get<std::filesystem::path>(place), now);
}

std::string ending_soon(const live::StoredAuthority& authority, CivilTime now) {
  const auto until = authority.validity.until;
  if (until - now > kSoon) return {};
  return fmt::format(
      "misproxy: warning: the CA {} ends on {}, in {}; renew it: misproxy ca --renew "
      "--state-dir {}\n",
      authority.certificate.string(), live::date_text(until), days_text(now, until),
      shell_word(authority.certificate.parent_path().string()));
}

std::string iso_text(CivilTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time.time_since_epoch().count()));
}

std::string days_text(CivilTime from, CivilTime until) {
  const auto days = std::chrono::floor<std::chrono::days>(until - from).count();
  if (days < 1) return "less than a day";
  return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

}  // namespace misproxy::app

#include "live/state_directory.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> home_in_passwd() {
  constexpr std::size_t kEntry = 64 * 1024;
  std::vector<char> buffer(kEntry);
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr || found->pw_dir == nullptr) return std::nullopt;
  return found->pw_dir;
}

bool is_absolute(const std::optional<std::string>& path) { return path && path->starts_with('/'); }

}  // namespace

StatePlaces StatePlaces::of_process(std::optional<std::string> asked) {
  StatePlaces places{std::move(asked), variable("XDG_STATE_HOME"), variable("HOME"), {}};
  const bool known = places.asked || is_absolute(places.state_home) || is_absolute(places.home);
  if (!known) places.passwd_home = home_in_passwd();  // may ask a server; only where it must
  return places;
}

std::variant<fs::path, std::string> state_directory(const StatePlaces& places) {
  if (places.asked) {
    if (places.asked->empty()) return std::string("--state-dir: the name of a folder is empty");
    std::error_code error;
    const auto place = fs::absolute(*places.asked, error);
    if (!error) return place.lexically_normal();
    return "--state-dir " + *places.asked + ": " + error.message();
  }
  if (is_absolute(places.state_home)) return fs::path(*places.state_home) / "misproxy";
  for (const auto& home : {places.home, places.passwd_home}) {
    if (is_absolute(home)) return fs::path(*home) / ".local/state/misproxy";
  }
  return std::string(
      "no folder for the CA: neither XDG_STATE_HOME nor HOME is set to an absolute path, and this "
      "user has no home in the passwd database; give one: --state-dir DIR");
}

}  // namespace misproxy::live

#include "app/version.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <string_view>

#include "app_commit.hpp"
#include "tls/library_version.hpp"

namespace misproxy::app {
namespace {

constexpr std::string_view kSanitizers = MISPROXY_SANITIZERS;

std::string built_by() {
  return fmt::format("{}, {}{}{}", MISPROXY_COMPILER, MISPROXY_BUILD_TYPE,
                     kSanitizers.empty() ? "" : ", sanitizers: ", kSanitizers);
}

std::string system_name() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return fmt::format("{} {}, {}", name.sysname, name.release, name.machine);
}

}  // namespace

std::string version_text() {
  return fmt::format(
      "misproxy {}\n"
      "commit:    {}\n"
      "built by:  {}\n"
      "with:      {}\n"
      "runs with: {}\n"
      "system:    {}",
      kVersion, kCommit, built_by(), MISPROXY_LIBRARIES, tls_library_version(), system_name());
}

}  // namespace misproxy::app

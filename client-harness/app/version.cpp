#include "app/version.hpp"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <sys/utsname.h>
#include <zlib.h>

#include <boost/version.hpp>
#include <string_view>

#include "app_commit.hpp"

namespace misproxy::app {
namespace {

constexpr std::string_view kSanitizers = MISPROXY_SANITIZERS;

/// `9.1.0` of 90100.
std::string fmt_version() {
  return fmt::format("{}.{}.{}", FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

std::string built_by() {
  return fmt::format("{}, {}{}{}", MISPROXY_COMPILER, MISPROXY_BUILD_TYPE,
                     kSanitizers.empty() ? "" : ", sanitizers: ", kSanitizers);
}

/// OpenSSL's and nghttp2's as they are now; those of headers alone as they were.
std::string libraries() {
  return fmt::format("{}, Boost {}.{}.{}, fmt {}, {}, nghttp2 {}, zlib {}",
                     OpenSSL_version(OPENSSL_VERSION), BOOST_VERSION / 100'000,
                     BOOST_VERSION / 100 % 1'000, BOOST_VERSION % 100, fmt_version(),
                     pcap_lib_version(), nghttp2_version(0)->version_str, zlibVersion());
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
      "system:    {}",
      kVersion, kCommit, built_by(), libraries(), system_name());
}

}  // namespace misproxy::app

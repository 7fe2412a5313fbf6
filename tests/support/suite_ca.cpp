#include "support/suite_ca.hpp"

#include <stdexcept>

#include "live/today.hpp"
#include "support/tree.hpp"

namespace misproxy::test {

namespace fs = std::filesystem;

const live::StoredAuthority& suite_ca() {
  static const live::StoredAuthority stored = [] {
    const auto folder = fs::path(MISPROXY_BINARY_DIR) / "tests" / "suite-ca";
    auto opened = live::open_authority(folder, live::today());
    if (const auto* why = std::get_if<std::string>(&opened)) throw std::runtime_error(*why);
    return std::get<live::StoredAuthority>(std::move(opened));
  }();
  return stored;
}

void lend_suite_ca(const fs::path& home) {
  const auto from = suite_ca().certificate.parent_path();
  const auto to = home / "misproxy";
  fs::create_directories(to);
  fs::permissions(to, fs::perms::owner_all);
  for (const auto* name : {"ca.pem", "ca.key", "server.key"})
    fs::copy_file(from / name, to / name, fs::copy_options::skip_existing);
}

}  // namespace misproxy::test

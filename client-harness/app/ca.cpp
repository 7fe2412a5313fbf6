#include <fmt/format.h>

#include "app/say.hpp"
#include "app/verbs.hpp"
#include "live/ca_store.hpp"
#include "live/today.hpp"

namespace misproxy::app {

ExitCode ca(const CaOptions& options) {
  const auto now = live::today();
  const auto opened = live::open_authority(live::state_directory(), now);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  const auto& authority = std::get<live::StoredAuthority>(opened);
  if (options.ca_out) {
    const auto why = live::write_file(*options.ca_out, authority.pem.certificate);
    if (!why.empty()) return complain(ExitCode::environment, why);
  }
  print(fmt::format("{}\n", authority.certificate.string()));
  return ExitCode::ok;
}

}  // namespace misproxy::app

#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "app/verbs.hpp"
#include "live/ca_store.hpp"
#include "live/today.hpp"

namespace misproxy::app {

ExitCode ca(const CaOptions& options) {
  StdoutUse out;
  out.want("--ca-out", options.ca_out);
  const auto now = live::today();
  const auto opened = live::open_authority(live::state_directory(), now);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  const auto& authority = std::get<live::StoredAuthority>(opened);
  if (options.ca_out) {
    const auto why = write_output(*options.ca_out, authority.pem.certificate);
    if (!why.empty()) return complain(ExitCode::environment, why);
  }
  const auto path = authority.certificate.string() + "\n";
  out.taken() ? tell(path) : print(path);
  return ExitCode::ok;
}

}  // namespace misproxy::app

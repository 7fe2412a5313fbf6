#include "app/lab_room.hpp"

#include <algorithm>

#include "app/one_scenario.hpp"
#include "app/run_batch.hpp"
#include "app/trust_folder.hpp"
#include "lab/files.hpp"
#include "lab/ground.hpp"

namespace misproxy::app {

std::vector<std::string> lab_shell() { return {"bash", "--rcfile", lab::kShellSettings, "-i"}; }

std::variant<LabRoom, Refusal> LabRoom::enter(const std::optional<std::string>& state_dir) {
  if (auto why = lab::enter_lab(); !why.empty())
    return Refusal{ExitCode::environment, std::move(why)};
  auto opened = installed_authority(state_dir);
  if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  return LabRoom(std::move(std::get<live::StoredAuthority>(opened)));
}

std::variant<Run, std::string> LabRoom::run(const RunRequest& request,
                                            const std::vector<std::string>& command,
                                            const std::function<void()>& ready) {
  LiveRunner runner(LiveStage::Where::lab, authority_, Duration::max(), RunBatch::interrupt_fd());
  return runner.run_command(request, command, [&](const std::string& proxy_url) {
    if (ready) ready();
    return environment_for(request.plan->scenario(), proxy_url);
  });
}

/// The appliance has no proxy variables, so its shell has none either.
std::vector<std::string> LabRoom::environment_for(const Scenario& scenario,
                                                  const std::string& proxy_url) {
  const auto trust = trust_files_in("/etc/sf");
  unwritten_ = write_trust_files(trust, authority_.pem.certificate);
  auto environment = client_environment(scenario.client, proxy_url, trust);
  std::erase_if(environment, [](const std::string& entry) {
    const auto name = entry.substr(0, entry.find('='));
    return name.ends_with("_proxy") || name.ends_with("_PROXY");
  });
  return environment;
}

}  // namespace misproxy::app

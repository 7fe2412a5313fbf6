#include <fmt/format.h>

#include <list>
#include <map>
#include <mutex>

#include "drivers/child_process.hpp"
#include "drivers/real_client.hpp"
#include "drivers/scratch_folder.hpp"

namespace misproxy {
namespace {

/// The first word with a digit and a point in it: `7.88.1` of `curl 7.88.1 (x86_64 ...`.
std::string version_in(const std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n(),";
  for (std::size_t at = 0; (at = text.find_first_not_of(kBlank, at)) != std::string::npos;) {
    const auto end = std::min(text.find_first_of(kBlank, at), text.size());
    auto word = text.substr(at, end - at);
    if (word.starts_with("go") || word.starts_with("v")) word.erase(0, word[0] == 'g' ? 2 : 1);
    const bool number = !word.empty() && word[0] >= '0' && word[0] <= '9';
    if (number && word.find('.') != std::string::npos) return word;
    at = end;
  }
  return {};
}

/// What it prints where it ends well, and in time.
std::optional<std::string> output_of(std::vector<std::string> argv, std::string_view input) {
  argv.insert(argv.begin(), {"timeout", "300"});
  auto started = ChildProcess::start(argv, input);
  auto* child = std::get_if<std::unique_ptr<ChildProcess>>(&started);
  if (child == nullptr) return std::nullopt;
  auto end = (*child)->finish();
  return end.code == 0 ? std::optional(std::move(end.out)) : std::nullopt;
}

/// What has been found, and the folders with what was built, until the process ends.
class Installed {
 public:
  const InstalledClient* find(const RealClient& client) {
    const std::lock_guard lock(mutex_);
    auto found = known_.find(client.name);
    if (found == known_.end()) found = known_.emplace(client.name, look_for(client)).first;
    return found->second ? &*found->second : nullptr;
  }

 private:
  std::optional<InstalledClient> look_for(const RealClient& client) {
    const auto said = output_of({client.version.begin(), client.version.end()}, "");
    InstalledClient found{said ? version_in(*said) : "", ""};
    if (found.version.empty()) return std::nullopt;
    if (client.build.empty()) return found;
    found.built = folders_.emplace_back().path();
    const auto command = fmt::format("cd \"$1\" && {}", client.build);
    if (found.built.empty() ||
        !output_of({"/bin/sh", "-c", command, "sh", found.built}, client.script))
      return std::nullopt;
    return found;
  }

  std::mutex mutex_;
  std::map<std::string_view, std::optional<InstalledClient>> known_;
  std::list<ScratchFolder> folders_;
};

}  // namespace

const InstalledClient* find_installed(const RealClient& client) {
  static Installed all;
  return all.find(client);
}

}  // namespace misproxy

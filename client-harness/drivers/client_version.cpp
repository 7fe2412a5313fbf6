#include <map>
#include <mutex>

#include "drivers/child_process.hpp"
#include "drivers/real_client.hpp"

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

std::optional<std::string> ask(const RealClient& client) {
  const std::vector<std::string> argv(client.version.begin(), client.version.end());
  auto started = ChildProcess::start(argv, "");
  auto* child = std::get_if<std::unique_ptr<ChildProcess>>(&started);
  if (child == nullptr) return std::nullopt;
  const auto end = (*child)->finish();
  if (end.code != 0) return std::nullopt;
  auto version = version_in(end.out);
  return version.empty() ? std::nullopt : std::optional(std::move(version));
}

}  // namespace

std::optional<std::string> version_of(const RealClient& client) {
  static std::mutex mutex;
  static std::map<std::string_view, std::optional<std::string>> known;
  const std::lock_guard lock(mutex);
  auto found = known.find(client.name);
  if (found == known.end()) found = known.emplace(client.name, ask(client)).first;
  return found->second;
}

}  // namespace misproxy

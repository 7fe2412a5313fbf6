#include "scenario/auth_settings.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace misproxy {
namespace {

constexpr std::array<std::string_view, 4> kSchemes{"Digest", "Basic", "NTLM", "Negotiate"};
constexpr std::array<std::string_view, 4> kAlgorithms{"SHA-256", "SHA-256-sess", "MD5", "MD5-sess"};

bool is_list_of(const std::vector<std::string>& names, std::span<const std::string_view> known) {
  const std::set<std::string> once(names.begin(), names.end());
  return once.size() == names.size() && std::ranges::all_of(names, [&](const std::string& name) {
           return std::ranges::find(known, name) != known.end();
         });
}

bool is_printable(unsigned char c) { return c >= 0x20 && c < 0x7f; }

}  // namespace

bool ProxyUser::is_name(std::string_view text) {
  return !text.empty() && text.find(':') == std::string_view::npos &&
         std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool AuthSettings::makes(AuthMistake mistake) const {
  return std::ranges::find(mistakes, word(mistake)) != mistakes.end();
}

bool AuthSettings::offers(std::string_view scheme) const {
  return std::ranges::find(challenges, scheme) != challenges.end();
}

bool AuthSettings::is_realm(std::string_view text) {
  return std::ranges::all_of(text, is_printable);
}

bool AuthSettings::are_schemes(const std::vector<std::string>& names) {
  return !names.empty() && is_list_of(names, kSchemes);
}

bool AuthSettings::are_algorithms(const std::vector<std::string>& names) {
  return !names.empty() && is_list_of(names, kAlgorithms);
}

bool AuthSettings::are_mistakes(const std::vector<std::string>& names) {
  return is_list_of(names, WordsOf<AuthMistake>::words);
}

bool AuthSettings::have_own_names(const std::vector<ProxyUser>& users) {
  std::set<std::string_view> names;
  return std::ranges::all_of(users,
                             [&](const ProxyUser& user) { return names.insert(user.name).second; });
}

}  // namespace misproxy

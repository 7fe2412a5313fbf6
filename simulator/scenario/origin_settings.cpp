#include "scenario/origin_settings.hpp"

#include <algorithm>

#include "core/endpoint.hpp"

namespace misproxy {

bool OriginSettings::speaks(std::string_view version) const {
  return std::find(tls.begin(), tls.end(), version) != tls.end();
}

bool OriginSettings::is_path(std::string_view text) {
  return !text.empty() && text.find('\0') == std::string_view::npos;
}

bool OriginSettings::is_host_or_glob(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '*', 'a');
  std::replace(name.begin(), name.end(), '?', 'a');
  return is_host(name);
}

bool OriginSettings::are_tls_versions(const std::vector<std::string>& versions) {
  return std::all_of(versions.begin(), versions.end(), [](const std::string& v) {
    return v == "1.0" || v == "1.1" || v == "1.2" || v == "1.3";
  });
}

bool OriginSettings::are_protocols(const std::vector<std::string>& names) {
  const bool known = std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "h2" || name == "http/1.1";
  });
  return known && (names.size() == 1 || (names.size() == 2 && names[0] != names[1]));
}

}  // namespace misproxy

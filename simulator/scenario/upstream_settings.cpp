#include "scenario/upstream_settings.hpp"

namespace misproxy {

bool UpstreamSettings::is_place(const std::optional<std::string>& text) {
  if (!text) return true;
  const auto place = parse_endpoint(*text);
  return place && place->port != 0;
}

}  // namespace misproxy

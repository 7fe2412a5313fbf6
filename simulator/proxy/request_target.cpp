#include "proxy/request_target.hpp"

#include <fmt/format.h>

#include "core/canonical_host.hpp"

namespace misproxy {

std::string folded_host(std::string_view host) { return canonical_host(host); }

std::string without_user(std::string_view target) {
  const auto scheme = target.find("://");
  const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto authority = target.substr(begin, target.substr(begin).find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(target);
  return fmt::format("{}***{}", target.substr(0, begin), target.substr(begin + at));
}

std::optional<Endpoint> absolute_form_host(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (!target.starts_with(scheme)) return std::nullopt;
  target.remove_prefix(scheme.size());
  const auto authority = target.substr(0, target.find_first_of("/?#"));
  if (auto endpoint = parse_endpoint(authority)) return endpoint;
  return parse_endpoint(fmt::format("{}:80", authority));
}

}  // namespace misproxy

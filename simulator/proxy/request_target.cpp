#include "proxy/request_target.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace misproxy {

std::string folded_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return in_lower_case(host);
}

std::string without_user(std::string_view target) {
  const auto scheme = target.find("://");
  const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto authority = target.substr(begin, target.substr(begin).find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(target);
  return fmt::format("{}***{}", target.substr(0, begin), target.substr(begin + at));
}

std::string_view authority_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  target.remove_prefix(scheme + 3);
  const auto authority = target.substr(0, target.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  return at == std::string_view::npos ? authority : authority.substr(at + 1);
}

std::string origin_form(std::string_view method, std::string_view target) {
  const auto authority = authority_of(target);
  auto rest = target.substr(static_cast<std::size_t>(authority.data() - target.data()));
  rest.remove_prefix(authority.size());
  rest = rest.substr(0, rest.find('#'));
  if (rest.starts_with('/')) return std::string(rest);
  if (rest.empty() && method == "OPTIONS") return "*";
  return fmt::format("/{}", rest);
}

/// One with a user before the host is refused: a source that is not trusted hides its host with it
/// (RFC 9110 section 4.2.4).
std::optional<Endpoint> absolute_form_host(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (in_lower_case(target.substr(0, scheme.size())) != scheme) return std::nullopt;
  target.remove_prefix(scheme.size());
  auto authority = target.substr(0, target.find_first_of("/?#"));
  if (auto endpoint = parse_endpoint(authority)) return endpoint;
  if (authority.ends_with(':')) authority.remove_suffix(1);
  return parse_endpoint(fmt::format("{}:80", authority));
}

}  // namespace misproxy

#include "client/target.hpp"

#include <boost/url.hpp>

namespace misproxy {
namespace {

std::uint16_t usual_port(bool plain) { return plain ? 80 : 443; }

std::optional<Target> target_of(const boost::urls::url& url) {
  const bool plain = url.scheme() == "http";
  if ((!plain && url.scheme() != "https") || url.host().empty()) return std::nullopt;
  Target target;
  target.plain = plain;
  target.url = std::string(url.buffer());
  target.origin.host = url.host_address();
  target.origin.port = url.has_port() ? url.port_number() : usual_port(plain);
  target.path = std::string(url.encoded_target());
  if (!target.path.starts_with('/')) target.path.insert(0, 1, '/');
  const bool good = is_host(target.origin.host) && target.origin.port != 0;
  return good ? std::optional(target) : std::nullopt;
}

}  // namespace

std::string Target::authority() const {
  const auto text = origin.text();
  return origin.port == usual_port(plain) ? text.substr(0, text.rfind(':')) : text;
}

std::optional<Target> parse_target(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return std::nullopt;
  return target_of(boost::urls::url(*parsed));
}

std::optional<Target> redirected(const Target& from, std::string_view location) {
  const auto base = boost::urls::parse_uri(from.url);
  const auto reference = boost::urls::parse_uri_reference(location);
  if (!base || !reference) return std::nullopt;
  boost::urls::url resolved;
  if (!boost::urls::resolve(*base, *reference, resolved)) return std::nullopt;
  return target_of(resolved);
}

}  // namespace misproxy

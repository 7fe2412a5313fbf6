#include "http/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/encoding.hpp"

namespace misproxy {

std::string basic_credentials(std::string_view user, std::string_view password) {
  return "Basic " + to_base64(fmt::format("{}:{}", user, password));
}

std::optional<BasicPair> parse_basic(std::string_view value) {
  const auto challenges = parse_challenges(value);
  if (challenges.size() != 1 || challenges.front().scheme != "basic") return std::nullopt;
  const auto pair = bytes_of_base64(challenges.front().token68);
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return BasicPair{pair->substr(0, colon), pair->substr(colon + 1)};
}

bool basic_is_right(std::string_view value, std::string_view user, std::string_view password) {
  const auto pair = parse_basic(value);
  return pair && pair->user == user && pair->password == password;
}

ProxyCredentials::ProxyCredentials(ProxyScheme scheme, std::string user, std::string password)
    : scheme_(scheme),
      user_(std::move(user)),
      password_(std::move(password)),
      use_basic_(scheme == ProxyScheme::basic) {}

ProxyCredentials::After407 ProxyCredentials::take_challenges(
    const std::vector<std::string>& values) {
  if (scheme_ == ProxyScheme::none) return After407::no_credentials;
  const auto offered = parse_challenges(values);
  const bool basic_offered =
      std::ranges::find(offered, "basic", &Challenge::scheme) != offered.end();
  if (scheme_ == ProxyScheme::basic) {
    return basic_offered ? After407::rejected : After407::unsupported;
  }
  auto digest = choose_digest(offered);
  if (!use_basic_ && !digest_) return take_first(std::move(digest), basic_offered);
  // A proxy that says `stale` whatever comes would be asked for ever.
  if (!digest_ || !digest || !digest->stale || std::exchange(stale_retried_, true)) {
    return After407::rejected;
  }
  use(*std::move(digest));
  return After407::retry;
}

/// The first that is supported, in the proxy's order of preference (RFC 7616 section 3.7); for
/// `any` the one with the strongest hash.
std::optional<DigestChallenge> ProxyCredentials::choose_digest(
    const std::vector<Challenge>& offered) const {
  std::optional<DigestChallenge> chosen;
  for (const auto& challenge : offered) {
    auto digest = supported_digest(challenge);
    if (!digest) continue;
    const bool stronger = scheme_ == ProxyScheme::any && chosen && chosen->hash < digest->hash;
    if (!chosen || stronger) chosen = std::move(digest);
  }
  return chosen;
}

ProxyCredentials::After407 ProxyCredentials::take_first(std::optional<DigestChallenge> digest,
                                                        bool basic_offered) {
  if (digest) {
    use(*std::move(digest));
  } else if (scheme_ == ProxyScheme::any && basic_offered) {
    use_basic_ = true;
  } else {
    return After407::unsupported;
  }
  return After407::retry;
}

void ProxyCredentials::use(DigestChallenge digest) {
  if (!digest_ || digest_->nonce != digest.nonce) count_ = 0;
  digest_ = std::move(digest);
}

std::optional<std::string> ProxyCredentials::header_value(std::string_view method,
                                                          std::string_view uri,
                                                          std::string_view cnonce) {
  if (use_basic_) return basic_credentials(user_, password_);
  if (!digest_) return std::nullopt;
  return digest_credentials(*digest_, user_, password_, {method, uri}, cnonce, ++count_);
}

}  // namespace misproxy

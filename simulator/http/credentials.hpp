#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"
#include "http/digest.hpp"

namespace misproxy {

/// `Basic` and user and password in base64 (RFC 7617 section 2): the value of Proxy-Authorization.
std::string basic_credentials(std::string_view user, std::string_view password);

struct BasicPair {
  std::string user;
  std::string password;
};

/// User and password of a Basic Proxy-Authorization: what stands before the first colon and behind
/// it (RFC 7617 section 2). Nothing where it is not Basic, no base64, or has no colon.
std::optional<BasicPair> parse_basic(std::string_view value);

/// The value of a Proxy-Authorization is Basic with this user and password.
bool basic_is_right(std::string_view value, std::string_view user, std::string_view password);

/// How a client proves to the proxy who it is: not at all, with Basic unasked, with Digest once
/// challenged, or with the strongest of them that the proxy offers (curl's --proxy-anyauth).
enum class ProxyScheme { none, basic, digest, any };

template <>
struct WordsOf<ProxyScheme> {
  static constexpr std::array<std::string_view, 4> words{"none", "basic", "digest", "any"};
};

/// A client's credentials for its proxy, and what it learned from the proxy's challenges.
///
/// For each request, `header_value`; on a 407, `take_challenges`; on any other answer, `accepted`.
/// One of these lives as long as its client: a nonce stays good from connection to connection.
class ProxyCredentials {
 public:
  ProxyCredentials(ProxyScheme scheme, std::string user, std::string password);

  /// What a 407 comes to.
  enum class After407 {
    retry,          // send the request again, with `header_value`
    rejected,       // user or password are wrong, or the proxy never stops saying `stale`
    unsupported,    // no scheme offered that this client may use, such as NTLM alone
    no_credentials  // it has none to send
  };
  /// `values`: of each Proxy-Authenticate header, in order.
  After407 take_challenges(const std::vector<std::string>& values);

  /// The proxy let a request pass: should it ask again, a stale nonce may be replaced once more.
  void accepted() { stale_retried_ = false; }

  /// The next request's Proxy-Authorization, or nothing if it goes without: with no credentials, or
  /// before the first challenge (Basic waits for none, unless the scheme is `any`).
  ///
  /// Counts the request: each value is for one. `uri`: `host:port` for CONNECT. `cnonce`: fresh for
  /// each request, from the caller, and used by Digest only.
  std::optional<std::string> header_value(std::string_view method, std::string_view uri,
                                          std::string_view cnonce);

 private:
  std::optional<DigestChallenge> choose_digest(const std::vector<Challenge>& offered) const;
  After407 take_first(std::optional<DigestChallenge> digest, bool basic_offered);
  void use(DigestChallenge digest);

  ProxyScheme scheme_;
  std::string user_;
  std::string password_;
  bool use_basic_;
  std::optional<DigestChallenge> digest_;
  std::uint32_t count_ = 0;  // of requests with this nonce
  bool stale_retried_ = false;
};

}  // namespace misproxy

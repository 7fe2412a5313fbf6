#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/number_set.hpp"
#include "core/time.hpp"
#include "core/words.hpp"

namespace misproxy {

/// Who may pass the proxy.
struct ProxyUser {
  std::string name;
  std::string password;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("name", name);
    v.required("password", password);
    v.check("name", is_name(name),
            "a name without a colon, which Basic cannot carry (RFC 7617 section 2)");
  }

  static bool is_name(std::string_view text);
};

/// What real proxies get wrong in asking who somebody is: each a duty of RFC 7616, RFC 7617 or
/// RFC 9110 that a proxy with it does not keep.
enum class AuthMistake {
  stale_on_wrong_password,    // `stale=true` whatever was wrong: a client asks again for ever
  never_stale,                // a nonce that has run out is answered as a wrong password is
  hashes_slash,               // takes `/` for the uri of every request
  unauthorized_on_connect,    // 401 and WWW-Authenticate, as if it were the origin
  nonce_bound_to_connection,  // a nonce is good on the connection that it was given on alone
  count_unchecked,            // credentials may be replayed
  uri_unchecked,              // credentials for one target open another
  no_challenge,               // 407 without Proxy-Authenticate
  splits_at_last_colon,       // a password of Basic with a colon is never right
};

template <>
struct WordsOf<AuthMistake> {
  static constexpr std::array<std::string_view, 9> words{
      "stale-on-wrong-password",   "never-stale",  "hashes-slash",  "401-on-connect",
      "nonce-bound-to-connection", "nc-unchecked", "uri-unchecked", "no-challenge",
      "splits-at-last-colon"};
};

/// What the proxy asks of its clients. Credentials are judged between the points `request-head` and
/// `auth`.
///
/// `challenges`: the schemes that it offers, the one that it would rather first: `Digest`, with one
/// challenge for each of `algorithms`, and `Basic`; `NTLM` and `Negotiate` are offered, and never
/// let anybody pass. `after_407`: what becomes of the connection; `lies` says keep-alive, and
/// closes. A nonce is good for every connection, for `nonce_lifetime_ms` and `nonce_uses` requests;
/// of those that a connection is given, counted from 1, the ones in `stale_nonces` have run out
/// when they are used, whatever the time. Source: RFC 9110 section 11, RFC 7616, RFC 7617.
struct AuthSettings {
  enum class After { keep_alive, close, lies };

  std::string realm = "misproxy";
  std::vector<std::string> challenges{"Digest", "Basic"};
  std::vector<std::string> algorithms{"SHA-256", "MD5"};
  bool userhash = false;
  Milliseconds nonce_lifetime_ms{1'800'000};
  std::optional<std::int64_t> nonce_uses;
  std::optional<NumberSet> stale_nonces;
  After after_407 = After::keep_alive;
  std::vector<std::string> mistakes;
  std::vector<ProxyUser> users;

  static constexpr std::array kHelps{
      KeyHelp{"realm", "what users see when they are asked for a password"},
      KeyHelp{"challenges", "the schemes that it offers, in the order of its choice"},
      KeyHelp{"algorithms", "of Digest, one challenge each, in the order of its choice"},
      KeyHelp{"userhash", "Digest asks for the user's name as a hash"},
      KeyHelp{"nonce_lifetime_ms", "how long a nonce of Digest is good"},
      KeyHelp{"nonce_uses", "for how many requests it is good"},
      KeyHelp{"stale_nonces",
              "those of a connection's nonces that have run out when they are used"},
      KeyHelp{"after_407", "what becomes of the connection; `lies` says keep-alive, and closes"},
      KeyHelp{"mistakes", "what it gets wrong"},
      KeyHelp{"user", "who may pass"},
  };

  template <class Visitor>
  void visit(Visitor& v);

  bool makes(AuthMistake mistake) const;
  bool offers(std::string_view scheme) const;
  static bool is_realm(std::string_view text);
  static bool are_schemes(const std::vector<std::string>& names);
  static bool are_algorithms(const std::vector<std::string>& names);
  static bool are_mistakes(const std::vector<std::string>& names);
  static bool have_own_names(const std::vector<ProxyUser>& users);
};

template <>
struct WordsOf<AuthSettings::After> {
  static constexpr std::array<std::string_view, 3> words{"keep-alive", "close", "lies"};
};

template <class Visitor>
void AuthSettings::visit(Visitor& v) {
  v.optional("realm", realm);
  v.optional("challenges", challenges);
  v.optional("algorithms", algorithms);
  v.optional("userhash", userhash);
  v.optional("nonce_lifetime_ms", nonce_lifetime_ms, Range{1, 24LL * 3600 * 1000});
  v.optional("nonce_uses", nonce_uses, Range{1});
  v.optional("stale_nonces", stale_nonces, Range{1});
  v.optional("after_407", after_407);
  v.optional("mistakes", mistakes);
  v.optional("user", users);
  v.check("realm", is_realm(realm), "printable ASCII, on one line");
  v.check("challenges", are_schemes(challenges),
          "a list of \"Digest\", \"Basic\", \"NTLM\" and \"Negotiate\", each at most once, at "
          "least one of them");
  v.check("algorithms", are_algorithms(algorithms),
          "a list of \"SHA-256\", \"SHA-256-sess\", \"MD5\" and \"MD5-sess\", each at most once, "
          "at least one of them");
  v.check("mistakes", are_mistakes(mistakes),
          "a list of \"stale-on-wrong-password\", \"never-stale\", \"hashes-slash\", "
          "\"401-on-connect\", \"nonce-bound-to-connection\", \"nc-unchecked\", "
          "\"uri-unchecked\", \"no-challenge\" and \"splits-at-last-colon\", each at most once");
  v.check("user", have_own_names(users), "each user's name stands once");
  v.warn("challenges", !users.empty() || !(offers("Digest") || offers("Basic")),
         "without a [[proxy.auth.user]] nobody passes");
}

}  // namespace misproxy

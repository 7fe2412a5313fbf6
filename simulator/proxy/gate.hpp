#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fault/answer.hpp"
#include "http/digest.hpp"
#include "http/request_reader.hpp"
#include "plan/nonce_book.hpp"
#include "scenario/auth_settings.hpp"

namespace misproxy {

/// What became of a request's credentials. All but `accepted` is answered: `malformed` (of Digest),
/// `twice` and `wrong_uri` with 400, the rest with a challenge.
enum class Judged {
  accepted,
  no_credentials,
  twice,
  malformed,
  not_offered,
  offer_only,
  wrong_realm,
  wrong_uri,
  unknown_user,
  wrong_password,
  unknown_nonce,
  stale,
  replayed,
};

template <>
struct WordsOf<Judged> {
  static constexpr std::array<std::string_view, 13> words{
      "accepted",      "no-credentials", "twice",     "malformed",    "not-offered",
      "offer-only",    "wrong-realm",    "wrong-uri", "unknown-user", "wrong-password",
      "unknown-nonce", "stale",          "replayed"};
};

template <>
struct SentencesOf<Judged> {
  static constexpr std::array<std::string_view, 13> sentences{
      "the credentials are right",
      "the request has no Proxy-Authorization",
      "the request has Proxy-Authorization more than once",
      "the credentials lack what their scheme asks for: Basic is user:password in base64; Digest "
      "wants username, realm, nonce, uri, response, cnonce, qop, and nc as 8 hexadecimal digits in "
      "lower case without quotes, each once",
      "the credentials answer no challenge of this proxy",
      "the proxy offers this scheme, and lets nobody pass with it",
      "the realm is another",
      "the uri of the credentials is not the request's target",
      "the proxy knows no such user",
      "the password is wrong",
      "the nonce is none that this proxy knows",
      "the nonce has run out",
      "the nc has been used already, or one above it"};
};

/// Judges who may pass the proxy, and asks those who may not for their credentials. Pure: what it
/// remembers of nonces stands in the book, which all connections share.
///
///     head ─> judge ─┬─ accepted
///                    └─ a reason ─> answer: 407 and a challenge, or 400
///
/// Source: RFC 9110 section 11.7, RFC 7616 section 3, RFC 7617 section 2.
class Gate {
 public:
  /// `scheme` as it is told in traces, `none` without; `user` where the client has named one.
  struct Judgement {
    Judged judged = Judged::accepted;
    std::string scheme = "none";
    std::string user;
    std::string why{};  // of Digest, how it is malformed
    bool passes() const { return judged == Judged::accepted; }
  };

  /// Settings and book outlive it. Nonces are drawn from `seed`, by connection.
  Gate(const AuthSettings& settings, NonceBook& book, std::uint64_t seed, std::int64_t connection)
      : settings_(settings), book_(book), seed_(seed), connection_(connection) {}

  Judgement judge(const RequestHead& head, Instant now);
  /// To a request that may not pass. `stays`: the client leaves the connection open, and nothing of
  /// its request is left to be read.
  Answer answer(const Judgement& judgement, bool stays, Instant now);

 private:
  Judged judge_basic(std::string_view value, std::string& user) const;
  Judged judge_digest(std::string_view value, const RequestHead& head, Judgement& judgement,
                      Instant now);
  Judged judge_nonce(const DigestAuthorization& authorization, Instant now);
  bool offers(const DigestChallenge& answered) const;
  const ProxyUser* user_of(const DigestAuthorization& authorization) const;
  bool says_stale(Judged judged) const;
  void add_challenges(Judged judged, Instant now, std::vector<std::string>& headers);
  std::string nonce(Instant now);

  const AuthSettings& settings_;
  NonceBook& book_;
  std::uint64_t seed_;
  std::int64_t connection_;
  std::uint64_t nonces_ = 0;  // given on this connection
};

}  // namespace misproxy

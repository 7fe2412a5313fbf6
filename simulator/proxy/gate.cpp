#include "proxy/gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/draw.hpp"
#include "http/challenge.hpp"
#include "http/credentials.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestName = 256;  // of a user, in a trace

/// RFC 7616 section 3.4: what a client sends of an algorithm is the proxy's own word for it.
std::string_view algorithm_of(const DigestChallenge& answered) {
  return answered.algorithm.empty() ? "MD5" : std::string_view(answered.algorithm);
}

bool is_bad_request(const Gate::Judgement& judgement) {
  const bool of_digest = judgement.judged == Judged::malformed && judgement.scheme == "Digest";
  return of_digest || judgement.judged == Judged::twice || judgement.judged == Judged::wrong_uri;
}

/// RFC 7616 section 3.4.6 wants the request target; of one in absolute-form curl and others tell
/// its path and query alone.
bool is_uri_of(std::string_view target, std::string_view uri) {
  if (uri == target) return true;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? uri == "/" : uri == target.substr(path);
}

}  // namespace

// --- what the client sent

Gate::Judgement Gate::judge(const RequestHead& head, Instant now) {
  Judgement judgement{Judged::no_credentials, head.credentials, {}};
  const auto& values = head.proxy_authorization;
  if (values.empty()) return judgement;
  auto& [judged, scheme, user, why] = judgement;
  if (values.size() > 1) {
    judged = Judged::twice;
  } else if (!settings_.offers(scheme)) {
    judged = Judged::not_offered;
  } else if (scheme == "Basic") {
    judged = judge_basic(values.front(), user);
  } else if (scheme == "Digest") {
    judged = judge_digest(values.front(), head, judgement, now);
  } else {
    judged = Judged::offer_only;
  }
  user.resize(std::min(user.size(), kLongestName));
  return judgement;
}

Judged Gate::judge_basic(std::string_view value, std::string& user) const {
  auto pair = parse_basic(value);
  if (!pair) return Judged::malformed;
  if (settings_.makes(AuthMistake::splits_at_last_colon)) {
    const auto whole = pair->user + ":" + pair->password;
    const auto colon = whole.rfind(':');
    pair = BasicPair{whole.substr(0, colon), whole.substr(colon + 1)};
  }
  user = pair->user;
  const auto known = std::ranges::find(settings_.users, pair->user, &ProxyUser::name);
  if (known == settings_.users.end()) return Judged::unknown_user;
  return known->password == pair->password ? Judged::accepted : Judged::wrong_password;
}

Judged Gate::judge_digest(std::string_view value, const RequestHead& head, Judgement& judgement,
                          Instant now) {
  const auto authorization = parse_digest_authorization(value);
  if (!authorization || authorization->answered.qop == DigestQop::none) {
    judgement.why = authorization ? "`qop` is missing" : digest_flaw(value);
    return Judged::malformed;
  }
  auto& user = judgement.user;
  user = authorization->username;
  if (!offers(authorization->answered)) return Judged::not_offered;
  if (authorization->answered.realm != settings_.realm) return Judged::wrong_realm;
  const bool hashes_slash = settings_.makes(AuthMistake::hashes_slash);
  const bool checks_uri = !hashes_slash && !settings_.makes(AuthMistake::uri_unchecked);
  if (checks_uri && !is_uri_of(head.target, authorization->uri)) return Judged::wrong_uri;
  const auto* known = user_of(*authorization);
  if (known == nullptr) return Judged::unknown_user;
  user = known->name;
  const std::string_view uri = authorization->uri;
  const DigestRequest request{head.method, hashes_slash ? "/" : uri};
  if (!digest_proves(*authorization, known->name, known->password, request)) {
    return Judged::wrong_password;
  }
  return judge_nonce(*authorization, now);
}

/// Last, as only who knows the password is told that the nonce alone was the matter.
Judged Gate::judge_nonce(const DigestAuthorization& authorization, Instant now) {
  NonceBook::Terms terms{settings_.nonce_lifetime_ms, settings_.nonce_uses};
  terms.counts = !settings_.makes(AuthMistake::count_unchecked);
  if (settings_.makes(AuthMistake::nonce_bound_to_connection)) terms.connection = connection_;
  switch (book_.use(authorization.answered.nonce, authorization.count, terms, now)) {
    case NonceBook::Use::fresh:
      return Judged::accepted;
    case NonceBook::Use::unknown:
      return Judged::unknown_nonce;
    case NonceBook::Use::expired:
      return Judged::stale;
    case NonceBook::Use::replayed:
      break;
  }
  return Judged::replayed;
}

/// `auth-int` is in no challenge.
bool Gate::offers(const DigestChallenge& answered) const {
  return answered.qop == DigestQop::auth && answered.userhash <= settings_.userhash &&
         std::ranges::any_of(settings_.algorithms, [&](const std::string& algorithm) {
           return same_but_for_case(algorithm, algorithm_of(answered));
         });
}

const ProxyUser* Gate::user_of(const DigestAuthorization& authorization) const {
  const auto known = std::ranges::find_if(settings_.users, [&](const ProxyUser& user) {
    return digest_names(authorization, user.name);
  });
  return known == settings_.users.end() ? nullptr : &*known;
}

// --- what it is told

Answer Gate::answer(const Judgement& judgement, bool stays, Instant now) {
  Answer answer;
  answer.status = 407;
  if (is_bad_request(judgement)) {
    answer.status = 400;
  } else {
    if (settings_.makes(AuthMistake::unauthorized_on_connect)) answer.status = 401;
    add_challenges(judgement.judged, now, answer.headers);
  }
  const bool is_challenge = answer.status != 400;
  const bool lies = is_challenge && settings_.after_407 == AuthSettings::After::lies;
  const bool closes = is_challenge && settings_.after_407 == AuthSettings::After::close;
  answer.keep_alive = stays && !lies && !closes;
  answer.headers.emplace_back("Content-Type: text/plain");
  const bool says_close = !*answer.keep_alive && !lies;
  answer.headers.emplace_back(says_close ? "Connection: close" : "Connection: keep-alive");
  const auto index = static_cast<std::size_t>(judgement.judged);
  answer.body = fmt::format("{}\n", SentencesOf<Judged>::sentences.at(index));
  return answer;
}

bool Gate::says_stale(Judged judged) const {
  const bool wrong = judged == Judged::wrong_password || judged == Judged::unknown_user;
  if (wrong) return settings_.makes(AuthMistake::stale_on_wrong_password);
  const bool is_nonce = judged == Judged::stale || judged == Judged::unknown_nonce;
  return is_nonce && !settings_.makes(AuthMistake::never_stale);
}

void Gate::add_challenges(Judged judged, Instant now, std::vector<std::string>& headers) {
  if (settings_.makes(AuthMistake::no_challenge)) return;
  const auto* name = settings_.makes(AuthMistake::unauthorized_on_connect) ? "WWW-Authenticate"
                                                                           : "Proxy-Authenticate";
  const auto realm = quoted_string(settings_.realm);
  for (const auto& scheme : settings_.challenges) {
    if (scheme == "Basic") {
      headers.push_back(fmt::format("{}: Basic realm={}, charset=\"UTF-8\"", name, realm));
    } else if (scheme != "Digest") {
      headers.push_back(fmt::format("{}: {}", name, scheme));
    } else {
      const auto given = nonce(now);
      for (const auto& algorithm : settings_.algorithms) {
        headers.push_back(fmt::format(
            "{}: Digest realm={}, qop=\"auth\", algorithm={}, nonce=\"{}\"{}, charset=UTF-8{}",
            name, realm, algorithm, given, says_stale(judged) ? ", stale=true" : "",
            settings_.userhash ? ", userhash=true" : ""));
      }
    }
  }
}

std::string Gate::nonce(Instant now) {
  const auto place = fmt::format("#{}", connection_);
  const auto at = 2 * nonces_++;
  const auto ordinal = static_cast<std::int64_t>(nonces_);
  auto text = fmt::format("{:016x}{:016x}", draw(seed_, "nonce", place, at),
                          draw(seed_, "nonce", place, at + 1));
  const bool runs_out = settings_.stale_nonces && settings_.stale_nonces->contains(ordinal);
  book_.give(text, connection_, now, !runs_out);
  return text;
}

}  // namespace misproxy

#include "http/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <charconv>

#include "core/ascii.hpp"
#include "core/encoding.hpp"
#include "core/md5.hpp"
#include "core/sha256.hpp"

namespace misproxy {
namespace {

using boost::beast::iequals;

constexpr std::size_t kCountDigits = 8;

std::string hashed(DigestHash hash, std::string_view text) {
  return hash == DigestHash::md5 ? md5_hex(text) : sha256_hex(text);
}

std::string_view word_of(DigestQop qop) { return qop == DigestQop::auth ? "auth" : "auth-int"; }

bool take_algorithm(const Challenge& challenge, DigestChallenge& digest) {
  const auto* algorithm = challenge.find("algorithm");
  if (algorithm == nullptr) return true;
  std::string_view name = digest.algorithm = *algorithm;
  constexpr std::string_view kSession = "-sess";
  digest.session = name.size() > kSession.size() &&
                   iequals(name.substr(name.size() - kSession.size()), kSession);
  if (digest.session) name.remove_suffix(kSession.size());
  digest.hash = iequals(name, "SHA-256") ? DigestHash::sha_256 : DigestHash::md5;
  return digest.hash == DigestHash::sha_256 || iequals(name, "MD5");
}

bool lists(std::string_view list, std::string_view word) {
  for (;;) {
    const auto start = list.find_first_not_of(", \t");
    if (start == std::string_view::npos) return false;
    list.remove_prefix(start);
    const auto end = std::min(list.find_first_of(", \t"), list.size());
    if (iequals(list.substr(0, end), word)) return true;
    list.remove_prefix(end);
  }
}

bool take_qop(const Challenge& challenge, DigestChallenge& digest) {
  const auto* qop = challenge.find("qop");
  if (qop == nullptr) return !digest.session;
  digest.qop = lists(*qop, "auth") ? DigestQop::auth : DigestQop::auth_int;
  return digest.qop == DigestQop::auth || lists(*qop, "auth-int");
}

bool says_true(const Challenge& challenge, std::string_view name) {
  const auto* value = challenge.find(name);
  return value != nullptr && iequals(*value, "true");
}

std::string text_or_empty(const Challenge& challenge, std::string_view name) {
  const auto* value = challenge.find(name);
  return value == nullptr ? std::string{} : *value;
}

/// RFC 7616 sections 3.4.1 to 3.4.3.
std::string response(const DigestChallenge& challenge, std::string_view user,
                     std::string_view password, DigestRequest request, std::string_view cnonce,
                     std::uint32_t count) {
  const auto hash = [&](std::string_view text) { return hashed(challenge.hash, text); };
  auto secret = hash(fmt::format("{}:{}:{}", user, challenge.realm, password));
  if (challenge.session) secret = hash(fmt::format("{}:{}:{}", secret, challenge.nonce, cnonce));
  auto what = fmt::format("{}:{}", request.method, request.uri);
  if (challenge.qop == DigestQop::auth_int) what += fmt::format(":{}", hash(""));
  if (challenge.qop == DigestQop::none) {
    return hash(fmt::format("{}:{}:{}", secret, challenge.nonce, hash(what)));
  }
  return hash(fmt::format("{}:{}:{:08x}:{}:{}:{}", secret, challenge.nonce, count, cnonce,
                          word_of(challenge.qop), hash(what)));
}

std::string username(const DigestChallenge& challenge, std::string_view user) {
  if (!challenge.userhash) return std::string(user);
  return hashed(challenge.hash, fmt::format("{}:{}", user, challenge.realm));
}

/// Exactly 8 digits, in lower case as LHEX has it: RFC 7616 sections 3.4 and 3.1.
std::optional<std::uint32_t> parse_count(const std::string& text) {
  std::uint32_t count = 0;
  const bool is_lower = text.find_first_of("ABCDEF") == std::string::npos;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count, 16);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !is_lower || text.size() != kCountDigits) return std::nullopt;
  return count;
}

/// `UTF-8''J%C3%A4s%C3%B8n`: RFC 5987 section 3.2.
std::optional<std::string> extended_value(std::string_view text) {
  constexpr std::string_view kCharset = "utf-8'";
  const auto language_end = text.find('\'', kCharset.size());
  const bool known = iequals(text.substr(0, kCharset.size()), kCharset);
  if (!known || language_end == std::string_view::npos) return std::nullopt;
  std::string value;
  for (text.remove_prefix(language_end + 1); !text.empty();) {
    const auto size = text.front() == '%' ? 3U : 1U;
    const auto byte = size == 3 ? bytes_of_hex(text.substr(1, 2)) : std::string(1, text.front());
    if (!byte || byte->size() != 1) return std::nullopt;
    value += *byte;
    text.remove_prefix(size);
  }
  return value;
}

std::optional<std::string> sent_name(const Challenge& fields) {
  const auto* plain = fields.find("username");
  const auto* extended = fields.find("username*");
  if (extended == nullptr) return plain != nullptr ? std::optional(*plain) : std::nullopt;
  if (plain != nullptr || says_true(fields, "userhash")) return std::nullopt;
  return extended_value(*extended);
}

/// RFC 7616 section 3.4: nc MUST NOT be quoted. A quote within a quoted string has a backslash
/// before it, so that what looks like a parameter is one.
bool has_quoted_count(std::string_view value) {
  const auto text = in_lower_case(value);
  for (auto at = text.find("nc=\""); at != std::string::npos; at = text.find("nc=\"", at + 1)) {
    if (at > 0 && (text[at - 1] == ' ' || text[at - 1] == ',' || text[at - 1] == '\t')) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 13> kNames{
    "username", "username*", "realm", "nonce",    "uri", "response", "algorithm",
    "cnonce",   "opaque",    "qop",   "userhash", "nc",  "charset"};

/// The name of a parameter that stands more than once (RFC 9110 section 11.2), where it is one of
/// Digest's: what else a client sends is never told.
std::optional<std::string> name_twice(const Challenge& fields) {
  const auto& all = fields.parameters;
  for (auto at = all.begin(); at != all.end(); ++at) {
    const auto& name = at->first;
    if (std::ranges::none_of(all.begin(), at, [&](const auto& p) { return p.first == name; }))
      continue;
    return std::ranges::find(kNames, name) == kNames.end() ? "a parameter"
                                                           : fmt::format("`{}`", name);
  }
  return std::nullopt;
}

std::string flaw_of(const std::vector<Challenge>& challenges, std::string_view value) {
  if (challenges.size() != 1) return "these are not one client's credentials alone";
  const auto& fields = challenges.front();
  if (const auto name = name_twice(fields)) return fmt::format("{} stands twice", *name);
  for (const auto* needed : {"realm", "nonce", "uri", "response"}) {
    if (fields.find(needed) == nullptr) return fmt::format("`{}` is missing", needed);
  }
  if (!sent_name(fields)) return "`username` is missing, or cannot be read";
  const auto answered = supported_digest(fields);
  if (!answered) return "the scheme, the algorithm or the qop is none that is known";
  if (has_quoted_count(value)) return "`nc` stands in quotes";
  if (answered->qop == DigestQop::none) return {};
  if (fields.find("cnonce") == nullptr) return "`cnonce` is missing";
  const bool counts = parse_count(text_or_empty(fields, "nc")).has_value();
  return counts ? "" : "`nc` is not 8 hexadecimal digits in lower case";
}

}  // namespace

std::optional<DigestChallenge> supported_digest(const Challenge& challenge) {
  if (challenge.scheme != "digest" || challenge.find("nonce") == nullptr) return std::nullopt;
  DigestChallenge digest;
  if (!take_algorithm(challenge, digest) || !take_qop(challenge, digest)) return std::nullopt;
  digest.realm = text_or_empty(challenge, "realm");
  digest.nonce = text_or_empty(challenge, "nonce");
  if (const auto* opaque = challenge.find("opaque")) digest.opaque = *opaque;
  digest.stale = says_true(challenge, "stale");
  digest.userhash = says_true(challenge, "userhash");
  return digest;
}

std::string digest_credentials(const DigestChallenge& challenge, std::string_view user,
                               std::string_view password, DigestRequest request,
                               std::string_view cnonce, std::uint32_t count) {
  auto text = fmt::format("Digest username={}, realm={}, nonce={}, uri={}",
                          quoted_string(username(challenge, user)), quoted_string(challenge.realm),
                          quoted_string(challenge.nonce), quoted_string(request.uri));
  if (!challenge.algorithm.empty()) text += fmt::format(", algorithm={}", challenge.algorithm);
  if (challenge.qop != DigestQop::none) {
    text += fmt::format(", cnonce={}, nc={:08x}, qop={}", quoted_string(cnonce), count,
                        word_of(challenge.qop));
  }
  text +=
      fmt::format(", response=\"{}\"", response(challenge, user, password, request, cnonce, count));
  if (challenge.opaque) text += fmt::format(", opaque={}", quoted_string(*challenge.opaque));
  if (challenge.userhash) text += ", userhash=true";
  return text;
}

std::string digest_flaw(std::string_view value) { return flaw_of(parse_challenges(value), value); }

std::optional<DigestAuthorization> parse_digest_authorization(std::string_view value) {
  const auto challenges = parse_challenges(value);
  if (!flaw_of(challenges, value).empty()) return std::nullopt;
  const auto& fields = challenges.front();
  DigestAuthorization authorization;
  authorization.answered = *supported_digest(fields);
  authorization.username = *sent_name(fields);
  authorization.uri = text_or_empty(fields, "uri");
  authorization.cnonce = text_or_empty(fields, "cnonce");
  authorization.response = text_or_empty(fields, "response");
  if (authorization.answered.qop != DigestQop::none) {
    authorization.count = *parse_count(text_or_empty(fields, "nc"));
  }
  return authorization;
}

bool digest_names(const DigestAuthorization& authorization, std::string_view user) {
  return authorization.username == username(authorization.answered, user);
}

bool digest_proves(const DigestAuthorization& authorization, std::string_view user,
                   std::string_view password, DigestRequest request) {
  return authorization.response == response(authorization.answered, user, password, request,
                                            authorization.cnonce, authorization.count);
}

bool digest_is_right(const DigestAuthorization& authorization, std::string_view user,
                     std::string_view password, DigestRequest request) {
  return authorization.uri == request.uri && digest_names(authorization, user) &&
         digest_proves(authorization, user, password, request);
}

}  // namespace misproxy

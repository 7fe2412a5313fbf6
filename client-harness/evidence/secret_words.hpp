#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace misproxy::evidence {

/// What stands behind a word, and how much of it is secret.
enum class Secret : std::uint8_t {
  none,
  value,           // all of it, wherever it stands: `password=`, `"client_secret": "..."`
  assigned,        // all of it, behind `=`, or as JSON: `token=`, `"token": "..."`
  in_query,        // all of it, of a URL's query or a form alone: `?key=`, `&sig=`
  credentials,     // of an Authorization: a scheme, and what proves
  challenge,       // of a Proxy-Authenticate: the answer of NTLM or Negotiate in it
  cookies,         // `Cookie: a=...; b=...`: each value
  set_cookie,      // `Set-Cookie: a=...; Path=/`: the first value
  behind_a_colon,  // `alice:...`, of an option
  next_word,       // of an option
};

struct SecretWord {
  std::string_view word;  // in lower case
  Secret secret;
};

/// How a key ends that has a secret for its value, without `-`, `_` and `.`; the first that fits.
constexpr std::array<SecretWord, 41> kSecretKeys{{
    {"proxyauthorization", Secret::credentials},
    {"authorization", Secret::credentials},
    {"proxyauthenticate", Secret::challenge},
    {"wwwauthenticate", Secret::challenge},
    {"setcookie", Secret::set_cookie},
    {"setcookie2", Secret::set_cookie},
    {"cookie", Secret::cookies},
    {"cookie2", Secret::cookies},
    {"bypass", Secret::none},
    {"password", Secret::value},
    {"passwd", Secret::value},
    {"passwort", Secret::value},
    {"passphrase", Secret::value},
    {"pwd", Secret::value},
    {"pass", Secret::value},
    {"secret", Secret::value},
    {"secretkey", Secret::value},
    {"secretaccesskey", Secret::value},
    {"apikey", Secret::value},
    {"accesstoken", Secret::value},
    {"refreshtoken", Secret::value},
    {"authtoken", Secret::value},
    {"sessiontoken", Secret::value},
    {"securitytoken", Secret::value},
    {"privatetoken", Secret::value},
    {"rspauth", Secret::assigned},
    {"token", Secret::assigned},
    {"signature", Secret::assigned},
    {"sig", Secret::assigned},
    {"sessionid", Secret::assigned},
    {"sessid", Secret::assigned},
    {"accesskey", Secret::assigned},
    {"privatekey", Secret::assigned},
    {"key", Secret::in_query},
    {"auth", Secret::in_query},
    {"code", Secret::in_query},
    {"sid", Secret::in_query},
    {"session", Secret::in_query},
    {"ticket", Secret::in_query},
    {"jwt", Secret::in_query},
    {"assertion", Secret::in_query},
}};

/// Options of curl, wget, docker and sshpass, whose value is the next word. With `=` they are keys.
constexpr std::array<SecretWord, 22> kSecretOptions{{
    {"-u", Secret::behind_a_colon},
    {"-U", Secret::behind_a_colon},
    {"--user", Secret::behind_a_colon},
    {"--proxy-user", Secret::behind_a_colon},
    {"-E", Secret::behind_a_colon},
    {"--cert", Secret::behind_a_colon},
    {"--proxy-cert", Secret::behind_a_colon},
    {"-b", Secret::cookies},
    {"--cookie", Secret::cookies},
    {"--pass", Secret::next_word},
    {"--proxy-pass", Secret::next_word},
    {"--password", Secret::next_word},
    {"--proxy-password", Secret::next_word},
    {"--http-password", Secret::next_word},
    {"--http-passwd", Secret::next_word},
    {"--ftp-password", Secret::next_word},
    {"--proxy-passwd", Secret::next_word},
    {"--tlspassword", Secret::next_word},
    {"--proxy-tlspassword", Secret::next_word},
    {"--oauth2-bearer", Secret::next_word},
    {"--token", Secret::next_word},
    {"--api-key", Secret::next_word},
}};

/// How tokens begin that their makers gave a form to be known by.
constexpr std::array<std::string_view, 14> kTokenBeginnings{
    "ghp_",  "gho_",  "ghu_", "ghs_",  "ghr_",      "github_pat_", "glpat-",
    "xoxb-", "xoxp-", "npm_", "pypi-", "dckr_pat_", "hf_",         "eyJ"};

}  // namespace misproxy::evidence

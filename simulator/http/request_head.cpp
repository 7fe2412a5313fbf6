#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>

#include "http/request_reader.hpp"
#include "http/told_field.hpp"

namespace misproxy {
namespace {

using boost::beast::iequals;

constexpr std::size_t kLongestNames = 2'000;
constexpr std::size_t kLongestFields = 8'000;

/// Schemes that people use (IANA's registry, and NTLM). What is none of them may be the secret
/// itself, sent without a scheme.
constexpr std::array<std::string_view, 9> kSchemes{
    "Basic", "Bearer", "Digest", "DPoP", "HOBA", "Kerberos", "Mutual", "Negotiate", "NTLM"};

/// A dictionary of preferences from 0 to 10, of which 0 is no (RFC 9530 section 4).
bool wants_sha256(std::string_view value) {
  while (!value.empty()) {
    auto member = value.substr(0, value.find(','));
    value.remove_prefix(std::min(member.size() + 1, value.size()));
    while (member.starts_with(' ') || member.starts_with('\t'))
      member.remove_prefix(1);
    const auto key = member.substr(0, member.find_first_of("=; \t"));
    if (key == "sha-256") return !member.substr(key.size()).starts_with("=0");
  }
  return false;
}

}  // namespace

std::string scheme_of(std::string_view credentials) {
  const auto word = credentials.substr(0, credentials.find(' '));
  const auto found = std::find_if(kSchemes.begin(), kSchemes.end(),
                                  [&](std::string_view scheme) { return iequals(scheme, word); });
  return found == kSchemes.end() ? "other" : std::string(*found);
}

std::string RequestHead::version_text() const {
  if (version == 20) return "2";
  return version == 10 ? "1.0" : "1.1";
}

void RequestHead::take_header(std::string_view name, std::string_view value) {
  if (header_names.size() + name.size() < kLongestNames) {
    if (!header_names.empty()) header_names += ", ";
    header_names += name;
  }
  const auto told = told_field(name, value);
  if (told_fields.size() + told.size() < kLongestFields) {
    if (!told_fields.empty()) told_fields += '\n';
    told_fields += told;
  }
  if (iequals(name, "expect")) expects_continue = iequals(value, "100-continue");
  if (iequals(name, "want-repr-digest")) wants_digest = wants_digest || wants_sha256(value);
  if (iequals(name, "authorization")) authorization = scheme_of(value);
  if (!iequals(name, "proxy-authorization")) return;
  credentials = scheme_of(value);
  proxy_authorization.emplace_back(value);
}

bool is_known_method(std::string_view method) {
  return boost::beast::http::string_to_verb(method) != boost::beast::http::verb::unknown;
}

}  // namespace misproxy

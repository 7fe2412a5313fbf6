#include "anonymize/name_pseudonyms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace misproxy::anonymize {
namespace {

constexpr auto kRoles = std::to_array<std::string_view>(
    {"admin",       "administrator", "anonymous", "client", "fmc",      "ftp",    "gateway",
     "host",        "localhost",     "nobody",    "origin", "proxy",    "root",   "router",
     "server",      "squid",         "test",      "user",   "username", "www",    "www-data",
     "localdomain", "api",           "null",      "none",   "self",     "target", "invalid"});

/// The generic ones that are in wide use, those of companies' own networks (RFC 6761, RFC 6762),
/// and the countries' with which no file's extension is confused.
constexpr auto kTopLevels = std::to_array<std::string_view>(
    {"com",         "net",      "org",      "edu",  "gov",  "mil",     "int",     "arpa",
     "info",        "biz",      "name",     "pro",  "io",   "dev",     "app",     "cloud",
     "online",      "site",     "tech",     "xyz",  "eu",   "asia",    "local",   "lan",
     "corp",        "internal", "intranet", "home", "test", "example", "invalid", "intra",
     "localdomain", "private",  "ac",       "ae",   "ar",   "at",      "au",      "be",
     "bg",          "br",       "ca",       "ch",   "cl",   "cn",      "co",      "cz",
     "de",          "dk",       "ee",       "es",   "fi",   "fr",      "gr",      "hk",
     "hr",          "hu",       "id",       "ie",   "il",   "in",      "ir",      "is",
     "it",          "jp",       "ke",       "kr",   "lt",   "lu",      "lv",      "mx",
     "my",          "ng",       "nl",       "no",   "nz",   "pe",      "ph",      "pk",
     "pt",          "ro",       "ru",       "sa",   "se",   "sg",      "si",      "sk",
     "th",          "tr",       "tw",       "ua",   "uk",   "us",      "ve",      "vn",
     "za"});

constexpr std::string_view kNameDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

std::string in_base_36(std::uint64_t number) {
  std::string out;
  do {
    out.insert(out.begin(), kNameDigits[number % kNameDigits.size()]);
    number /= kNameDigits.size();
  } while (number > 0);
  return out;
}

/// `host0001`: the stem's beginning, and as many digits as there is room for, at most four more
/// than it takes.
std::string numbered(std::string_view stem, std::uint64_t number, std::size_t length) {
  auto digits = length > stem.size() ? fmt::format("{}", number) : in_base_36(number);
  if (digits.size() >= length) return digits.substr(digits.size() - length);
  std::string out(stem.substr(0, length - digits.size()));
  out.append(length - digits.size() - out.size(), '0');
  return out + digits;
}

template <class Range>
bool holds(const Range& range, std::string_view word) {
  return std::find(range.begin(), range.end(), word) != range.end();
}

}  // namespace

bool is_role(std::string_view word) { return holds(kRoles, in_lower_case(word)); }
bool is_top_level_domain(std::string_view label) { return holds(kTopLevels, in_lower_case(label)); }

std::string NamePseudonyms::fresh(std::string_view stem, std::size_t length) {
  auto& next = next_[fmt::format("{}{}", stem, length)];
  std::string name;
  for (int tries = 0; tries < 1000; ++tries) {
    name = numbered(stem, ++next, length);
    const bool taken = used_.contains(name) || labels_.contains(name) || users_.contains(name) ||
                       words_.contains(name) || is_role(name) || is_top_level_domain(name);
    if (!taken) break;
  }
  used_.insert(name);
  return name;
}

std::string NamePseudonyms::known_or_fresh(Table& table, std::string_view name,
                                           std::string_view stem) {
  auto key = in_lower_case(name);
  const auto known = table.find(key);
  if (known != table.end()) return known->second;
  auto pseudonym = fresh(stem, name.size());
  table.emplace(std::move(key), pseudonym);
  return pseudonym;
}

std::string NamePseudonyms::label(std::string_view label) {
  if (label.empty() || label == "*" || is_role(label)) return std::string(label);
  return known_or_fresh(labels_, label, "host");
}

std::string NamePseudonyms::of_host(std::string_view name) {
  hosts_.insert(in_lower_case(name));
  std::string out;
  for (auto rest = name; !rest.empty();) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto part = rest.substr(0, dot);
    const bool last = dot + 1 >= rest.size();
    out += last && !out.empty() && is_top_level_domain(part) ? std::string(part) : label(part);
    if (dot < rest.size()) out += '.';
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  return out;
}

std::string NamePseudonyms::of_user(std::string_view name) {
  return name.empty() || is_role(name) ? std::string(name) : known_or_fresh(users_, name, "user");
}

std::string NamePseudonyms::of_path_word(std::string_view word) {
  const auto dot = word.rfind('.');
  const bool extension = dot != std::string_view::npos && dot > 0 && word.size() - dot <= 5;
  const auto stem = extension ? word.substr(0, dot) : word;
  if (stem.empty() || stem.find_first_not_of(".-_~") == std::string_view::npos)
    return std::string(word);
  return known_or_fresh(words_, stem, "path") + std::string(word.substr(stem.size()));
}

bool NamePseudonyms::is_host(std::string_view name) const {
  return hosts_.contains(in_lower_case(name));
}
bool NamePseudonyms::is_user(std::string_view name) const {
  return users_.contains(in_lower_case(name));
}

void NamePseudonyms::settle() {
  for (auto* table : {&labels_, &users_, &words_}) {
    const auto* stem = table == &labels_ ? "host" : table == &users_ ? "user" : "path";
    for (auto& [original, pseudonym] : *table) {
      const bool taken =
          labels_.contains(pseudonym) || users_.contains(pseudonym) || words_.contains(pseudonym);
      if (taken) pseudonym = fresh(stem, original.size());
    }
  }
}

}  // namespace misproxy::anonymize

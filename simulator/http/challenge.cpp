#include "http/challenge.hpp"

#include <algorithm>
#include <cctype>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kSpace = " \t";
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
constexpr std::string_view kToken68Marks = "-._~+/";

bool is_alnum_or(char c, std::string_view marks) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || marks.find(c) != marks.npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::vector<Challenge> read() {
    while (skip(" \t,"), !rest_.empty()) {
      const auto name = take_run(kTokenMarks);
      if (name.empty()) {
        skip_to_comma();
      } else if (const auto before = rest_; skip(kSpace), rest_.starts_with('=')) {
        take_parameter(name);
      } else {
        challenges_.push_back({.scheme = in_lower_case(name), .token68 = {}, .parameters = {}});
        if (before.size() != rest_.size()) take_token68();
      }
    }
    return std::move(challenges_);
  }

 private:
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }

  void skip_to_comma() { rest_.remove_prefix(std::min(rest_.find(','), rest_.size())); }

  std::string_view take_run(std::string_view marks) {
    const auto end = std::ranges::find_if_not(rest_, [&](char c) { return is_alnum_or(c, marks); });
    const auto run = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(run.size());
    return run;
  }

  /// Only what fills the place up to a comma is one: `realm=` before a quote begins a parameter.
  void take_token68() {
    const auto before = rest_;
    take_run(kToken68Marks);
    skip("=");
    const auto token = before.substr(0, before.size() - rest_.size());
    skip(kSpace);
    if (rest_.empty() || rest_.front() == ',') {
      challenges_.back().token68 = std::string(token);
    } else {
      rest_ = before;
    }
  }

  void take_parameter(std::string_view name) {
    rest_.remove_prefix(1);
    skip(kSpace);
    auto value = rest_.starts_with('"') ? take_quoted() : take_bare();
    if (challenges_.empty()) return;  // of no scheme
    challenges_.back().parameters.emplace_back(in_lower_case(name), std::move(value));
  }

  std::string take_bare() {
    const auto value = rest_.substr(0, std::min(rest_.find_first_of(", \t"), rest_.size()));
    rest_.remove_prefix(value.size());
    return std::string(value);
  }

  std::string take_quoted() {
    std::string value;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      value += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return value;
  }

  std::string_view rest_;
  std::vector<Challenge> challenges_;
};

}  // namespace

std::string quoted_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

const std::string* Challenge::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, [](const auto& p) { return p.first; });
  return found == parameters.end() ? nullptr : &found->second;
}

std::vector<Challenge> parse_challenges(std::string_view value) { return Reader(value).read(); }

std::vector<Challenge> parse_challenges(const std::vector<std::string>& values) {
  std::vector<Challenge> all;
  for (const auto& value : values) {
    for (auto& challenge : parse_challenges(std::string_view(value))) {
      all.push_back(std::move(challenge));
    }
  }
  return all;
}

}  // namespace misproxy

#include "scenario/expect.hpp"

#include <algorithm>

namespace misproxy {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n:") == std::string_view::npos;
}

}  // namespace

bool RequestExpectation::are_names(const std::vector<std::string>& names) {
  return std::ranges::all_of(names, is_name);
}

bool RequestExpectation::are_patterns(const std::vector<std::string>& headers) {
  return std::ranges::all_of(
      headers, [](std::string_view header) { return is_name(header.substr(0, header.find(':'))); });
}

bool RequestExpectation::is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace misproxy

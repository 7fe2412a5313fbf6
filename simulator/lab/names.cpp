#include "lab/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/endpoint.hpp"
#include "core/ensure.hpp"
#include "core/glob.hpp"

namespace misproxy::lab {
namespace {

constexpr std::size_t kHeader = 12;
constexpr unsigned kTypeA = 1;
constexpr unsigned kClassIn = 1;

IpAddress address_in(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  const auto address = parse_ip(endpoint ? endpoint->host : text);
  ensure(address.has_value(), "an address that the loader has not checked");
  return *address;
}

unsigned u16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                               static_cast<std::uint8_t>(bytes[at + 1]));
}

void put_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xffU);
}

struct Question {
  std::string name;  // in lower case
  unsigned type = 0;
  unsigned kind = 0;  // its class
  std::size_t end = 0;
};

std::optional<Question> read_question(std::string_view message) {
  if (message.size() < kHeader || (message[2] & 0x80) != 0 || u16(message, 4) != 1)
    return std::nullopt;
  Question question;
  std::size_t at = kHeader;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<std::uint8_t>(message[at]);
    if (length > 63 || at + 1 + length >= message.size()) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (const char letter : message.substr(at + 1, length))
      question.name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    at += 1U + length;
  }
  if (at + 5 > message.size()) return std::nullopt;
  question.type = u16(message, at + 1);
  question.kind = u16(message, at + 3);
  question.end = at + 5;
  return question;
}

}  // namespace

IpAddress client_address(const Scenario& scenario) { return address_in(scenario.network.client); }
IpAddress proxy_address(const Scenario& scenario) { return address_in(scenario.network.proxy); }
IpAddress origin_address(const Scenario& scenario) { return address_in(scenario.network.origin); }

IpAddress v6_of(const IpAddress& v4) {
  std::array<std::uint8_t, 16> bytes{0xfd};
  std::copy_n(v4.bytes.begin(), 4, bytes.begin() + 12);
  return IpAddress(bytes);
}

Names::Names(const Scenario& scenario) {
  names_.emplace_back("fmc", client_address(scenario));
  const auto& proxy = scenario.network.proxy_name;
  names_.emplace_back(proxy.empty() ? "proxy" : proxy, proxy_address(scenario));
  for (const auto& origin : scenario.origins) {
    const bool known = std::any_of(names_.begin(), names_.end(),
                                   [&](const auto& each) { return each.first == origin.host; });
    if (!known && !parse_ip(origin.host))
      names_.emplace_back(origin.host, origin_address(scenario));
  }
}

std::string Names::hosts_file() const {
  std::string text = "127.0.0.1 localhost\n::1 localhost\n";
  for (const auto& [name, address] : names_) {
    if (!is_glob(name)) text += fmt::format("{} {}\n", ip_text(address), name);
  }
  return text;
}

const IpAddress* Names::address_of(const std::string& name) const {
  const auto found = std::find_if(names_.begin(), names_.end(), [&](const auto& each) {
    return each.first == name || (is_glob(each.first) && glob_matches(each.first, name));
  });
  return found == names_.end() ? nullptr : &found->second;
}

std::string Names::answer(std::string_view message) const {
  const auto question = read_question(message);
  if (!question) return {};
  const auto* address = address_of(question->name);
  const bool tells = address != nullptr && question->type == kTypeA && question->kind == kClassIn;
  std::string out(message.substr(0, 2));
  put_u16(out, address == nullptr ? 0x8583 : 0x8580);  // authoritative; 3: no such name
  put_u16(out, 1);
  put_u16(out, tells ? 1 : 0);
  put_u16(out, 0);
  put_u16(out, 0);
  out += message.substr(kHeader, question->end - kHeader);
  if (!tells) return out;
  put_u16(out, 0xc000 | kHeader);  // the name stands there
  put_u16(out, kTypeA);
  put_u16(out, kClassIn);
  put_u16(out, 0);
  put_u16(out, 60);  // seconds
  put_u16(out, 4);
  out += address->wire();
  return out;
}

}  // namespace misproxy::lab

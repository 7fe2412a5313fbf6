#include "evidence/told_server.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

/// What stands right before the server, in the words of its client.
constexpr auto kBeforeServer = std::to_array<std::string_view>({
    "dial tcp ",                      // Go
    "->",                             // Go: `read tcp 10.0.0.5:51022->10.1.1.1:3128: read: ...`
    "attempted address: ",            // undici
    "ECONNREFUSED ",                  // Node
    "ETIMEDOUT ",                     // Node
    "EHOSTUNREACH ",                  // Node
    "ENETUNREACH ",                   // Node
    "annot connect to host ",         // aiohttp
    "onnect call failed ('",          // Python, asyncio
    "Could not connect to ",          // apt
    "Unable to connect to ",          // apt, wget
    "ailed to connect to ",           // curl
    "ailed connect to ",              // curl, of old
    "Connect to ",                    // Apache HttpClient
    "connect to ",                    // curl
    "Connection to ",                 // urllib3
    "TCP connection to ",             // Ruby
    "actively refused it ",           // .NET on Windows
    "actively refused it. (",         // .NET on Windows
    "Connection refused (",           // .NET
    "nable to reach the server at ",  // subscription-manager
    "unexpected end of stream on http://",  // OkHttp
    "via proxy ",                           // an appliance
    "[IP: ",                                // apt: `[IP: 10.1.1.1 3128]`
});

/// What stands right before a name that has no address.
constexpr auto kBeforeName = std::to_array<std::string_view>({
    "lookup ",                   // Go
    "ENOTFOUND ",                // Node
    "EAI_AGAIN ",                // Node
    "UnknownHostException: ",    // Java
    "Unknown host ",             // Maven
    "esolve proxy: ",            // curl
    "esolve host: ",             // curl
    "esolve '",                  // apt, urllib3
    "failure resolving '",       // apt
    "could not be resolved: '",  // .NET Framework
    "resolve host address '",    // wget
    "annot connect to host ",    // aiohttp
    "TCP connection to ",        // Ruby
});

std::string_view behind(std::string_view line, std::string_view mark) {
  const auto at = line.find(mark);
  return at == std::string_view::npos ? std::string_view() : line.substr(at + mark.size());
}

bool is_of_names(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 255) return false;
  const bool address = contains(host, ":");
  return std::ranges::all_of(host, [&](char c) {
    return address ? hex_digit(c) >= 0 || c == ':' || c == '.' : is_of_names(c);
  });
}

/// `10.1.1.1:3128`, `gw.a.test port 3128`, `10.1.1.1 3128`; a name alone is one by its dots.
std::optional<std::pair<std::string, std::uint16_t>> server_at(std::string_view text) {
  auto first = text.substr(0, text.find_first_of(" ,;()'\"/"));
  while (first.ends_with(':') || first.ends_with('.') ||
         (first.ends_with(']') && !first.starts_with('[')))
    first.remove_suffix(1);
  auto [host, port] = split_server(first);
  auto rest = text.substr(std::min(first.size(), text.size()));
  if (port == 0 && (take(rest, " port ") || take(rest, " ") || take(rest, "', "))) {
    const auto number = take_number(rest);
    if (number && *number > 0 && *number <= 0xFFFF) port = static_cast<std::uint16_t>(*number);
  }
  const bool named = port != 0 || contains(host, ".") || contains(host, ":");
  if (!is_host(host) || !named) return std::nullopt;
  return std::pair{std::move(host), port};
}

}  // namespace

std::optional<std::pair<std::string, std::uint16_t>> server_told(std::string_view line) {
  for (const auto mark : kBeforeServer) {
    const auto rest = behind(line, mark);
    if (rest.empty()) continue;
    if (auto server = server_at(rest)) return server;
  }
  return std::nullopt;
}

std::string_view unresolved_name(std::string_view line) {
  for (const auto mark : kBeforeName) {
    auto name = behind(line, mark);
    name = name.substr(0, name.find_first_of(" :;,'\"()"));
    if (is_host(name)) return name;
  }
  return {};
}

bool says_proxy(std::string_view line) {
  constexpr std::string_view kWord = "proxy";
  for (std::size_t at = 0; at + kWord.size() <= line.size(); ++at) {
    if (lower(line[at]) != 'p' || !same_but_for_case(line.substr(at, kWord.size()), kWord))
      continue;
    const auto end = at + kWord.size();
    const char before = at == 0 ? ' ' : line[at - 1];
    const char after = end == line.size() ? ' ' : line[end];
    const char next = end + 1 < line.size() ? line[end + 1] : ' ';
    const bool sentence_ends = after == '.' && !is_of_names(next);
    const bool of_a_name = contains("._-/@", std::string_view(&before, 1)) || is_digit(before) ||
                           contains("_-/", std::string_view(&after, 1)) || is_digit(after) ||
                           (after == '.' && !sentence_ends) || (after == ':' && is_digit(next));
    if (!of_a_name) return true;
  }
  return false;
}

}  // namespace misproxy::evidence

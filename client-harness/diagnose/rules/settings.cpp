#include "diagnose/rules/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "core/ascii.hpp"
#include "core/endpoint.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/incident.hpp"
#include "diagnose/rules/lookups.hpp"
#include "evidence/proxy_settings.hpp"
#include "evidence/shell_line.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::size_t kMostName = 64;  // with Smart Licensing (FACTS.md section 1)

bool has_word(const evidence::ClientReport& report, std::initializer_list<std::string_view> words) {
  return std::any_of(report.command.begin(), report.command.end(), [&](const std::string& word) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view each) {
      return word == each || (each.starts_with("--") && word.starts_with(fmt::format("{}=", each)));
    });
  });
}

bool has_option(const evidence::ClientReport& report, char letter, std::string_view name) {
  return evidence::option_value(report.command, letter, name).has_value();
}

bool uses_proxy(const evidence::ClientReport& report) {
  return report.proxy || (report.tool != "wget" && has_option(report, 'x', "--proxy"));
}

/// `curl -u user:password --proxy ...`: the origin gets the proxy's password, and the proxy none.
bool gives_server_credentials(const evidence::ClientReport& report) {
  return uses_proxy(report) && has_option(report, 'u', "--user") &&
         !has_option(report, 'U', "--proxy-user");
}

/// Of people, and not of programs, which carry tokens of their own.
bool is_of_a_user(std::string_view credentials) {
  const auto scheme = credentials.substr(0, credentials.find(' '));
  return same_but_for_case(scheme, "Basic") || same_but_for_case(scheme, "Digest");
}

/// The same as the wire or a log shows it: what goes through the proxy is for the origin.
const RequestSeen* carries_server_credentials(const Connection& connection) {
  const auto& [connect, request] = std::tie(connection.connect, connection.request);
  for (const auto* each : {&connect, &request}) {
    if (*each && has_header((*each)->headers, "Proxy-Authorization")) return nullptr;
  }
  const bool proxied = connect || (request && request->target.starts_with("http://"));
  if (!proxied) return nullptr;
  for (const auto* each : {&connect, &request}) {
    if (*each && is_of_a_user(header((*each)->headers, "Authorization"))) return &**each;
  }
  return nullptr;
}

/// curl -v: `Server auth using Basic with user 'alice'`, and nothing of the kind for the proxy.
bool logs_server_credentials(const evidence::ClientReport& report) {
  return std::ranges::any_of(report.connections, [&](const evidence::LoggedConnection& each) {
    return each.server_auth && !each.proxy_auth && (report.proxy || each.connect);
  });
}

std::optional<std::string> credentials_remark(const Connection& connection) {
  if (carries_server_credentials(connection) == nullptr) return std::nullopt;
  return "The request carries credentials for the origin, and none for the proxy: curl's -u gives "
         "the origin's, which are sent on to it through the proxy; the proxy's are given with -U.";
}

std::optional<Verdict> wrong_flag(const Observations& seen, const std::vector<Verdict>& verdicts) {
  const bool wanted = std::any_of(verdicts.begin(), verdicts.end(),
                                  [](const auto& each) { return each.id == "proxy-auth-missing"; });
  for (const auto& report : seen.reports) {
    const bool alone = report.connections.empty() && verdicts.empty();
    if ((!wanted && !alone) || !gives_server_credentials(report)) continue;
    auto found =
        verdict("server-credentials-not-proxy", {},
                alone ? "The command gives the proxy no credentials: `-u` gives the origin's, "
                        "the proxy's are given with -U (--proxy-user)."
                      : "The proxy wants credentials (407) and got none: `-u` gives the origin's "
                        "credentials, the proxy's are given with -U (--proxy-user).");
    if (alone) found.confidence = Confidence::likely;
    cite(found, report.command_at);
    for (const auto& each : verdicts) {
      if (each.id != "proxy-auth-missing") continue;
      found.connection = each.connection;
      for (const auto& place : each.evidence)
        cite(found, place);
      break;
    }
    return found;
  }
  return std::nullopt;
}

/// The settings name a proxy, and the client speaks TLS with others directly.
std::optional<Verdict> bypassed(const Observations& seen) {
  for (const auto& settings : seen.settings) {
    if (!settings.host) continue;
    const Connection* direct = nullptr;
    for (const auto& connection : seen.connections) {
      if (connection.server == settings.host->value || connection.connect) return std::nullopt;
      if (connection.server_port == 443 && connection.on_wire) direct = &connection;
    }
    if (direct == nullptr) continue;
    auto found =
        verdict("proxy-bypassed", *direct,
                fmt::format("The client goes around the proxy: it connects to {}:443 directly, "
                            "though {} is set as its proxy.",
                            direct->server, settings.host->value));
    cite(found, settings.host->where);
    cite(found, direct->syn);
    return found;
  }
  return std::nullopt;
}

/// netstat or ss alone: what the sockets wait for.
std::optional<Verdict> waiting_sockets(const Observations& seen,
                                       const std::vector<Verdict>& verdicts) {
  if (!verdicts.empty()) return std::nullopt;
  const evidence::SocketRow* working = nullptr;
  for (const auto& row : seen.sockets) {
    Connection connection;
    connection.name = fmt::format("{} > {}", row.local, row.remote);
    if (row.state == "SYN_SENT") {
      auto found = verdict(
          "proxy-syn-unanswered", connection,
          fmt::format("No answer to the SYN: the socket to {} waits in SYN_SENT.", row.remote));
      cite(found, row.where);
      found.confidence = Confidence::likely;
      return found;
    }
    if (row.state == "ESTABLISHED" && row.send_queue > 0) {
      auto found =
          verdict("path-loss", connection,
                  fmt::format("{} sent to {} are not acknowledged (Send-Q): a black hole on "
                              "the path, or a peer that is gone.",
                              bytes_text(row.send_queue), row.remote));
      cite(found, row.where);
      found.confidence = Confidence::ambiguous;
      found.alternatives = {"mtu-black-hole", "connect-lost", "receiver-window-closed"};
      found.next = {
          "A capture decides; so does a second look: a Send-Q that shrinks is a slow path."};
      return found;
    }
    if (row.state == "CLOSE_WAIT") {
      auto found =
          verdict("client-abort", connection,
                  fmt::format("{} closed first, and the client's program has not closed its "
                              "socket yet (CLOSE_WAIT).",
                              row.remote));
      cite(found, row.where);
      found.confidence = Confidence::ambiguous;
      found.alternatives = {"idle-timeout", "truncated", "proxy-closed-without-reply"};
      return found;
    }
    if (row.state == "ESTABLISHED") working = &row;
  }
  if (working == nullptr) return std::nullopt;
  Connection connection;
  connection.name = fmt::format("{} > {}", working->local, working->remote);
  auto found =
      verdict("not-enough-evidence", connection,
              fmt::format("The TCP connection to {} is established and nothing waits in its "
                          "queues; more this evidence does not tell.",
                          working->remote));
  found.confidence = Confidence::ambiguous;
  cite(found, working->where);
  return found;
}

std::optional<Verdict> long_name(const Observations& seen, const std::vector<Verdict>& verdicts) {
  if (!verdicts.empty()) return std::nullopt;
  for (const auto& settings : seen.settings) {
    if (!settings.host || settings.host->value.size() <= kMostName) continue;
    auto found =
        verdict("proxy-name-too-long", {},
                fmt::format("The proxy's name has {} characters; Smart Licensing takes at most "
                            "{}.",
                            settings.host->value.size(), kMostName));
    cite(found, settings.host->where);
    return found;
  }
  return std::nullopt;
}

bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && number >= 1 && number <= 65'535;
}

/// What is wrong with a setting, and where it stands.
struct WrongSetting {
  std::string sentence;
  Citation where;
};

/// As `misproxy probe` finds it, too.
std::vector<WrongSetting> wrong_settings(const evidence::ProxySettings& settings) {
  std::vector<WrongSetting> found;
  const auto& [host, port] = std::tie(settings.host, settings.port);
  if (host && !is_host(host->value))
    found.push_back(
        {fmt::format("`{}` is neither a host name nor an address", shown(host->value, 80)),
         host->where});
  if (port && !is_port(port->value))
    found.push_back(
        {fmt::format("`{}` is no port: 1 to 65535", shown(port->value, 80)), port->where});
  if (host && !port) found.push_back({"no PROXY_PORT is set", host->where});
  if (port && !host) found.push_back({"no PROXY_HOST is set", port->where});
  return found;
}

std::optional<Verdict> wrong(const Observations& seen, const std::vector<Verdict>& verdicts) {
  if (!verdicts.empty()) return std::nullopt;
  std::vector<WrongSetting> all;
  for (const auto& settings : seen.settings) {
    for (auto& each : wrong_settings(settings))
      all.push_back(std::move(each));
  }
  if (all.empty()) return std::nullopt;
  std::string what;
  for (const auto& each : all)
    what += (what.empty() ? "" : "; ") + each.sentence;
  auto found = verdict("proxy-settings-wrong", {},
                       fmt::format("The proxy's settings cannot be used: {}.", what));
  for (const auto& each : all)
    cite(found, each.where);
  return found;
}

/// tcpdump's `length` is the payload; Ethernet, IP and TCP headers are at least 54 bytes more.
bool is_frame_length(const Flow& flow, const Flow& receiver) {
  constexpr std::uint32_t kHeaders = 54;
  return receiver.mss > 0 && flow.largest > receiver.mss &&
         flow.largest <= receiver.mss + kHeaders && flow.first_large &&
         flow.first_large->where.is_line();
}

std::optional<std::string> frame_length_remark(const Connection& connection) {
  const auto& flow = connection.from_proxy;
  if (!is_frame_length(flow, connection.from_client)) return std::nullopt;
  return fmt::format(
      "length {} is more than the MSS of {} lets a segment hold: it is a frame's "
      "length, headers and all, where tcpdump prints the payload's.",
      flow.largest, connection.from_client.mss);
}

bool is_address(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<std::string> address_remark(const Connection& connection) {
  if (!connection.connect) return std::nullopt;
  const auto& target = connection.connect->target;
  if (!is_address(target.substr(0, target.find(':')))) return std::nullopt;
  return fmt::format(
      "The CONNECT names an address ({}): an access list of names does not match it.",
      shown(target, 80));
}

}  // namespace

bool is_remarkable(const Connection& connection) {
  return frame_length_remark(connection) || address_remark(connection) ||
         credentials_remark(connection);
}

std::optional<Verdict> settings(const Observations& observations,
                                const std::vector<Verdict>& verdicts) {
  if (auto found = wrong_flag(observations, verdicts)) return found;
  if (auto found = bypassed(observations)) return found;
  if (auto found = wrong(observations, verdicts)) return found;
  if (auto found = long_name(observations, verdicts)) return found;
  return waiting_sockets(observations, verdicts);
}

std::vector<std::string> remarks(const Observations& observations, const Verdict& incident) {
  std::vector<std::string> said;
  bool of_user = false;  // by the command: of its -u
  for (const auto& report : observations.reports) {
    const bool given = gives_server_credentials(report) || logs_server_credentials(report);
    of_user = of_user || given;
    if (given)
      said.push_back(
          "The command gives credentials with -u: they are the origin's, and go to it through "
          "the proxy; the proxy's are given with -U.");
    const bool user = has_option(report, 'U', "--proxy-user");
    if (user && !has_word(report, {"--proxy-digest", "--proxy-anyauth", "--proxy-basic",
                                   "--proxy-ntlm", "--proxy-negotiate"}))
      said.push_back(
          "-U alone sends Basic at once; a proxy that wants Digest needs --proxy-digest or "
          "--proxy-anyauth.");
  }
  for (const auto& settings : observations.settings) {
    for (const auto& each : wrong_settings(settings))
      said.push_back(fmt::format("The proxy's settings: {}.", each.sentence));
    for (const auto* told : {&settings.host, &settings.port}) {
      if (*told && !evidence::ends_setting((*told)->where.quote))
        said.push_back(fmt::format("The proxy's settings: line {} has no semicolon at its end.",
                                   (*told)->where.number));
    }
    if (settings.host && settings.host->value.size() > kMostName)
      said.push_back(
          fmt::format("The proxy's name has {} characters: Smart Licensing takes at most {}.",
                      settings.host->value.size(), kMostName));
  }
  for (auto& sentence : lookup_remarks(observations, incident))
    said.push_back(std::move(sentence));
  for (const auto remark : {frame_length_remark, address_remark, credentials_remark}) {
    if (of_user && remark == &credentials_remark) continue;
    for (const auto& connection : observations.connections) {
      auto sentence = remark(connection);
      if (!sentence) continue;
      said.push_back(*std::move(sentence));
      break;
    }
  }
  return said;
}

}  // namespace misproxy::diagnose::rules

#include "drivers/curl.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace misproxy {
namespace {

constexpr std::string_view kWriteOut =
    "%{http_connect} %{http_code} %{exitcode} %{size_download} %{size_upload} %{num_redirects} "
    "%{num_connects} %{errormsg}\n";

/// What curl says of its last transfer: a line for each.
std::string last_line(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

ClientPhase phase_of(const Outcome& outcome, std::int64_t connections) {
  if (outcome.curl_exit == 0) return ClientPhase::done;
  if (outcome.curl_exit == 5) return ClientPhase::resolve;
  if (outcome.http_connect == 0)
    return connections == 0 ? ClientPhase::connect : ClientPhase::reply;
  if (outcome.http_connect / 100 != 2) return ClientPhase::reply;
  if (outcome.http_code != 0) return ClientPhase::body;
  const bool in_handshake = outcome.curl_exit == 35 || outcome.curl_exit == 60;
  return in_handshake ? ClientPhase::tls : ClientPhase::response;
}

bool says_reset(const Outcome& outcome) {
  return outcome.message.find("onnection reset") != std::string::npos;
}

/// The exit codes are those of libcurl-errors(3).
ClientError error_of(const Outcome& outcome) {
  const bool answered = outcome.http_connect != 0 && outcome.http_connect / 100 != 2;
  if (outcome.curl_exit == 0) return ClientError::none;
  if (answered) return outcome.http_connect == 407 ? ClientError::rejected : ClientError::denied;
  if (says_reset(outcome)) return ClientError::reset;
  switch (outcome.curl_exit) {
    case 5:
      return ClientError::unresolved;
    case 7:
      return ClientError::refused;
    case 18:
      return ClientError::truncated;
    case 28:
      return ClientError::timeout;
    case 35:
      return ClientError::tls;
    case 47:
      return ClientError::redirects;
    case 60:
      return ClientError::untrusted;
    default:
      return ClientError::closed;
  }
}

void add_credentials(const ClientSettings& client, std::vector<std::string>& argv) {
  if (client.proxy_auth == ClientSettings::Auth::none) return;
  const bool any = client.proxy_auth == ClientSettings::Auth::any;
  argv.push_back(any ? "--proxy-anyauth" : fmt::format("--proxy-{}", word(client.proxy_auth)));
  argv.insert(argv.end(), {"--proxy-user", client.proxy_user + ":" + client.proxy_password});
}

}  // namespace

namespace {

std::optional<std::string> ask_version() {
  auto started = ChildProcess::start({"curl", "--version"}, "");
  auto* child = std::get_if<std::unique_ptr<ChildProcess>>(&started);
  if (child == nullptr) return std::nullopt;
  std::istringstream text((*child)->finish().out);
  std::string name;
  std::string version;
  if (!(text >> name >> version) || name != "curl") return std::nullopt;
  return version;
}

}  // namespace

std::optional<std::string> curl_version() {
  static const auto version = ask_version();
  return version;
}

std::vector<std::string> curl_request_words(const ClientSettings& client) {
  std::vector<std::string> words;
  if (client.method == ClientSettings::Method::head) words.emplace_back("-I");
  if (client.method == ClientSettings::Method::post)
    words.insert(words.end(), {"--data-binary", "@-"});
  for (const auto& header : client.headers)
    words.insert(words.end(), {"-H", header});
  if (client.follow.value_or(false))
    words.insert(words.end(), {"-L", "--max-redirs", fmt::to_string(client.max_redirects)});
  return words;
}

std::vector<std::string> curl_arguments(const ClientSettings& client, const std::string& proxy_url,
                                        const std::string& ca) {
  std::vector<std::string> argv{
      "curl",     "-q", "-sSv", "-x",        proxy_url,     "--noproxy",           "",
      "--cacert", ca,   "-o",   "/dev/null", "--write-out", std::string(kWriteOut)};
  if (proxy_url.starts_with("https:")) argv.insert(argv.end(), {"--proxy-cacert", ca});
  if (client.max_time_ms) {
    argv.insert(
        argv.end(),
        {"-m", fmt::format("{:.3f}", static_cast<double>(client.max_time_ms->count()) / 1000)});
  }
  add_credentials(client, argv);
  for (auto& word : curl_request_words(client))
    argv.push_back(std::move(word));
  argv.push_back(client.url);
  if (client.again_after_ms) argv.insert(argv.end(), {"-o", "/dev/null", client.url});
  return argv;
}

std::string body_of(const ClientSettings& client) {
  if (client.method != ClientSettings::Method::post) return {};
  return std::string(static_cast<std::size_t>(client.body_bytes), ' ');
}

CurlEnd read_curl(const ChildEnd& ended) {
  CurlEnd end;
  auto& outcome = end.outcome;
  int exit_code = 0;
  std::istringstream said(last_line(ended.out));
  said >> outcome.http_connect >> outcome.http_code >> exit_code >> outcome.bytes >>
      outcome.sent_bytes >> outcome.redirects >> end.connections;
  said.get();  // the blank
  outcome.message.assign(std::istreambuf_iterator<char>(said), {});
  outcome.curl_exit = ended.code;
  outcome.attempts = 1;
  outcome.phase = phase_of(outcome, end.connections);
  outcome.error = error_of(outcome);
  end.log = ended.err;
  return end;
}

}  // namespace misproxy

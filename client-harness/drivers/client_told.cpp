#include "drivers/client_told.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "drivers/curl.hpp"
#include "drivers/exec.hpp"

namespace misproxy {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

/// What the surroundings say of proxies is not meant for these clients.
constexpr std::array kProxyVariables{"http_proxy",    "https_proxy",       "ftp_proxy",
                                 "all_proxy",     "HTTP_PROXY",        "HTTPS_PROXY",
                                 "FTP_PROXY",     "ALL_PROXY",         "CURL_CA_BUNDLE",
                                 "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"};

/// Braces that name nothing stay as they are: scripts have some too.
std::string filled(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto name = close == std::string_view::npos ? "" : text.substr(1, close - 1);
    const auto value = values.find(name);
    if (value == values.end()) {
      out += '{';
      text.remove_prefix(1);
    } else {
      out += value->second;
      text.remove_prefix(close + 1);
    }
  }
  return out;
}

/// A URL's parts, as far as a client without a library of its own needs them.
void add_url(const std::string& url, Values& values) {
  const auto scheme = url.find("://");
  const auto begin = scheme + 3;
  const auto end = std::min(url.find('/', begin), url.size());
  auto authority = url.substr(begin, end - begin);
  auto port = std::string(url.starts_with("https") ? "443" : "80");
  const auto colon = authority.rfind(':');
  if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
    port = authority.substr(colon + 1);
    authority.resize(colon);
  }
  values["host"] = authority;
  values["port"] = port;
  values["path"] = end == url.size() ? "/" : url.substr(end);
}

Values values_of(const RealClient& client, const ClientSettings& settings,
                 const ClientErrand& errand, const std::string& proxy) {
  Values values{{"proxy", proxy},
                {"url", settings.url},
                {"ca", errand.ca},
                {"folder", errand.folder},
                {"built", errand.built},
                {"method", std::string(word(settings.method))},
                {"body", body_of(settings)},
                {"body-bytes", fmt::to_string(settings.body_bytes)},
                {"user", settings.proxy_user},
                {"password", settings.proxy_password},
                {"script", std::string(client.script)}};
  add_url(settings.url, values);
  const auto plain = errand.proxy_url.substr(errand.proxy_url.find("//") + 2);
  const auto colon = plain.rfind(':');
  values["proxy-host"] = plain.substr(0, colon);
  values["proxy-port"] = plain.substr(colon + 1, plain.find('/', colon) - colon - 1);
  return values;
}

/// How often these words are said.
std::size_t times(ClientWords::When when, const ClientSettings& settings) {
  using When = ClientWords::When;
  switch (when) {
    case When::always:
      return 1;
    case When::head:
      return settings.method == ClientSettings::Method::head ? 1 : 0;
    case When::post:
      return settings.method == ClientSettings::Method::post ? 1 : 0;
    case When::header:
      return settings.headers.size();
    case When::credentials:
      return settings.proxy_auth != ClientSettings::Auth::none ? 1 : 0;
  }
  return 0;
}

}  // namespace

ToldClient tell(const RealClient& client, const ClientSettings& settings,
                const ClientErrand& errand) {
  Values environment;
  const auto add = [&environment](std::string_view entry) {
    const auto equals = entry.find('=');
    environment[std::string(entry.substr(0, equals))] = entry.substr(equals + 1);
  };
  for (const auto* name : kProxyVariables)
    environment[name] = "";
  for (const auto& entry : exec_environment(settings, errand.proxy_url, errand.ca))
    add(entry);
  auto values = values_of(client, settings, errand, environment["MISPROXY_PROXY_URL"]);
  for (const std::string_view entry : {"HOME={folder}", "MISPROXY_METHOD={method}",
                                       "MISPROXY_BODY_BYTES={body-bytes}", "LC_ALL=C"})
    add(filled(entry, values));
  for (const auto entry : client.environment)
    add(filled(entry, values));

  ToldClient told;
  for (const auto& words : client.words) {
    for (std::size_t i = 0; i < times(words.when, settings); ++i) {
      if (words.when == ClientWords::When::header) values["header"] = settings.headers[i];
      for (const auto each : words.words)
        told.argv.push_back(filled(each, values));
    }
  }
  for (const auto& [name, value] : environment)
    told.environment.push_back(fmt::format("{}={}", name, value));
  told.input = filled(client.input, values);
  return told;
}

std::string why_not_told(const RealClient& client, const ClientSettings& settings) {
  if (!client.posts && settings.method == ClientSettings::Method::post)
    return fmt::format("{} cannot send a body", client.name);
  if (!client.plain && settings.url.starts_with("http:"))
    return fmt::format("{} speaks TLS alone", client.name);
  const bool sends_headers =
      std::any_of(client.words.begin(), client.words.end(),
                  [](const auto& each) { return each.when == ClientWords::When::header; });
  if (!settings.headers.empty() && !sends_headers)
    return fmt::format("{} cannot be told of headers", client.name);
  return {};
}

}  // namespace misproxy

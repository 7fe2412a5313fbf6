#include "drivers/client_environment.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "core/endpoint.hpp"
#include "drivers/exec.hpp"

namespace misproxy {
namespace {

/// The proxy: curl, wget, Python, Go, Ruby, Perl, PHP's curl, git, apt, .NET. curl reads
/// `http_proxy` in small letters alone.
constexpr std::array<std::string_view, 6> kProxyNames{"http_proxy",  "HTTP_PROXY", "https_proxy",
                                                      "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};

/// Whom to trust, in the place of the program's own: OpenSSL and whatever uses its defaults (Go,
/// Ruby, .NET), curl, Python's requests, pip, git, Perl's LWP, npm, AWS's and gRPC's libraries,
/// cargo, httplib2.
constexpr std::array<std::string_view, 11> kBundleNames{
    "SSL_CERT_FILE",     "CURL_CA_BUNDLE",   "REQUESTS_CA_BUNDLE",
    "PIP_CERT",          "GIT_SSL_CAINFO",   "PERL_LWP_SSL_CA_FILE",
    "npm_config_cafile", "AWS_CA_BUNDLE",    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "CARGO_HTTP_CAINFO", "HTTPLIB2_CA_CERTS"};

/// Java reads properties, and these from a variable too; behind those that somebody has set.
/// Basic is allowed to proxies there only where the list of what is not allowed is empty.
std::string java_options(const std::string& proxy_url, const TrustFiles& trust) {
  const auto authority = proxy_url.substr(proxy_url.find("//") + 2);
  const auto proxy = parse_endpoint(authority);
  const auto* before = std::getenv("JAVA_TOOL_OPTIONS");
  return fmt::format(
      "JAVA_TOOL_OPTIONS={}{}-Dhttp.proxyHost={} -Dhttp.proxyPort={} -Dhttps.proxyHost={} "
      "-Dhttps.proxyPort={} -Dhttp.nonProxyHosts= -Djdk.http.auth.tunneling.disabledSchemes= "
      "\"-Djavax.net.ssl.trustStore={}\" -Djavax.net.ssl.trustStorePassword={}",
      before == nullptr ? "" : before, before == nullptr ? "" : " ", proxy->host, proxy->port,
      proxy->host, proxy->port, trust.java, trust.java_password);
}

}  // namespace

std::vector<std::string> client_environment(const ClientSettings& client,
                                            const std::string& proxy_url, const TrustFiles& trust) {
  auto environment = exec_environment(client, proxy_url, trust.ca);
  for (const auto name : kProxyNames)
    environment.push_back(fmt::format("{}={}", name, with_credentials(client, proxy_url)));
  for (const auto name : kBundleNames)
    environment.push_back(fmt::format("{}={}", name, trust.bundle));
  environment.push_back("NODE_EXTRA_CA_CERTS=" + trust.ca);
  environment.emplace_back("NODE_USE_ENV_PROXY=1");
  environment.push_back(java_options(proxy_url, trust));
  return environment;
}

}  // namespace misproxy

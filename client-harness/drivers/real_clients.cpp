// The table of real clients: one entry each, and nothing about them elsewhere.
#include <algorithm>

#include "drivers/client_scripts.hpp"
#include "drivers/real_client.hpp"

namespace misproxy {
namespace {

using When = ClientWords::When;

/// How the scripts of client_scripts.hpp end.
WordsOfClient script_words() { return {{"said: status="}, {" bytes="}, {"error: "}, true}; }

RealClient script(std::string_view name, std::string_view package,
                  std::vector<std::string_view> version, std::vector<std::string_view> words,
                  std::vector<std::string_view> environment, std::string_view text) {
  return {
      name, package, std::move(version), {{When::always, std::move(words)}}, std::move(environment),
      text, {},      script_words()};
}

RealClient python(std::string_view name, std::string_view package, std::string_view version,
                  std::string_view ca, std::string_view text) {
  return script(name, package, {"python3", "-c", version}, {"python3", "-c", "{script}"},
                {"http_proxy={proxy}", "https_proxy={proxy}", ca}, text);
}

RealClient node(std::string_view name, std::string_view package, std::string_view version,
                std::string_view text) {
  return script(name, package, {"node", "-e", version}, {"node", "-e", "{script}"},
                {"NODE_EXTRA_CA_CERTS={ca}"}, text);
}

RealClient curl() {
  return {"curl",
          "curl",
          {"curl", "--version"},
          {{When::always,
            {"curl", "-q", "-sS", "-x", "{proxy}", "--proxy-cacert", "{ca}", "--cacert", "{ca}",
             "-o", "/dev/null", "-w", "said: status=%{http_code} bytes=%{size_download}\n"}},
           {When::head, {"-I"}},
           {When::post, {"--data-binary", "@-"}},
           {When::header, {"-H", "{header}"}},
           {When::credentials, {"--proxy-anyauth"}},
           {When::always, {"{url}"}}},
          {},
          {},
          "{body}",
          {{"said: status="}, {" bytes="}, {"curl: ("}, true}};
}

RealClient wget() {
  return {"wget",
          "wget",
          {"wget", "--version"},
          {{When::always,
            {"wget", "--no-config", "--no-hsts", "-S", "--tries=1", "-O", "{folder}/file",
             "--ca-certificate={ca}"}},
           {When::head, {"--method=HEAD"}},
           {When::post, {"--method=POST", "--body-file=/dev/stdin"}},
           {When::header, {"--header={header}"}},
           {When::always, {"{url}"}}},
          {"http_proxy={proxy}", "https_proxy={proxy}"},
          {},
          "{body}",
          {{"  HTTP/1.1 ", "  HTTP/1.0 ", "awaiting response... "},
           {"saved [", "[text/plain] "},
           {"ERROR", "failed:", "rror", "nable to", "closed", "failed"},
           false}};
}

RealClient openssl() {
  RealClient client{
      "openssl",
      "openssl",
      {"openssl", "version"},
      {{When::always,
        {"openssl", "s_client", "-proxy", "{proxy-host}:{proxy-port}", "-connect", "{host}:{port}",
         "-servername", "{host}", "-CAfile", "{ca}", "-verify_return_error", "-verify_hostname",
         "{host}", "-ign_eof", "-quiet"}},
       {When::credentials, {"-proxy_user", "{user}", "-proxy_pass", "pass:{password}"}}},
      {},
      {},
      "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
      {{"HTTP/1.1 ", "HTTP/1.0 "},
       {},
       {"HTTP CONNECT failed", "verify error:", ":error:", "rror", "connect:"},
       false}};
  client.posts = false;
  client.plain = false;
  return client;
}

RealClient git() {
  RealClient client{"git",
                    "git",
                    {"git", "--version"},
                    {{When::always, {"git", "ls-remote", "{url}"}}},
                    {"http_proxy={proxy}", "https_proxy={proxy}", "GIT_SSL_CAINFO={ca}",
                     "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1"},
                    {},
                    {},
                    {{"returned error: "}, {}, {"fatal: ", "error: "}, true}};
  client.posts = false;
  return client;
}

/// It asks for ranges itself: told of one as a header, it waits for ever.
RealClient aria2c() {
  RealClient client{
      "aria2c",
      "aria2",
      {"aria2c", "--version"},
      {{When::always,
        {"aria2c", "--no-conf", "--max-tries=1", "--ca-certificate={ca}", "--all-proxy={proxy}",
         "--dir={folder}", "--out=file", "--summary-interval=0", "--show-console-readout=false",
         "--file-allocation=none", "{url}"}}},
      {},
      {},
      {},
      {{"status="}, {}, {"errorCode=", "[ERROR]"}, true}};
  client.posts = false;
  return client;
}

RealClient apt() {
  RealClient client{"apt",
                    "apt",
                    {"apt-get", "--version"},
                    {{When::always,
                      {"/usr/lib/apt/apt-helper", "-o", "Acquire::http::Proxy={proxy}", "-o",
                       "Acquire::https::Proxy={proxy}", "-o", "Acquire::https::CAInfo={ca}", "-o",
                       "Acquire::Retries=0", "-o", "APT::Sandbox::User=root", "download-file",
                       "{url}", "{folder}/file"}}},
                    {},
                    {},
                    {},
                    {{"  "}, {}, {"E: Failed to fetch", "E: "}, true}};
  client.posts = false;
  return client;
}

RealClient chromium() {
  RealClient client{
      "chromium",
      "chromium libnss3-tools",
      {"/bin/sh", "-c", "command -v certutil >/dev/null && chromium --version"},
      {{When::always, {"/bin/sh", "-c", "{script}", "sh", "{proxy-host}:{proxy-port}"}}},
      {},
      scripts::kChromium,
      {},
      {{}, {}, {"error: "}, true}};
  client.posts = false;
  client.candid = false;
  return client;
}

RealClient java() {
  auto client =
      script("java", "default-jdk-headless", {"javac", "--version"},
             {"java", "-XX:TieredStopAtLevel=1", "-cp", "{built}", "Fetch"}, {}, scripts::kJava);
  client.build = R"(cat >Fetch.java && javac Fetch.java)";
  return client;
}

RealClient go() {
  auto client =
      script("go", "golang-go", {"go", "version"}, {"{built}/fetch"},
             {"HTTP_PROXY={proxy}", "HTTPS_PROXY={proxy}", "SSL_CERT_FILE={ca}"}, scripts::kGo);
  client.build =
      R"(cat >fetch.go && GOCACHE=$PWD/cache GOPATH=$PWD GO111MODULE=off GOFLAGS= go build fetch.go)";
  return client;
}

RealClient https_proxy_agent() {
  auto client = node("node-https-proxy-agent", "nodejs node-https-proxy-agent",
                     "const "
                     "f=require('fs'),p=require.resolve('https-proxy-agent').replace(/agent.dist.*/"
                     ",'agent/package.json');console.log(JSON.parse(f.readFileSync(p)).version)",
                     scripts::kHttpsProxyAgent);
  client.plain = false;
  return client;
}

RealClient axios() {
  auto client = node("node-axios", "nodejs node-axios",
                     "console.log(require('axios/package.json').version)", scripts::kAxios);
  client.environment.insert(client.environment.end(),
                            {"http_proxy={proxy}", "https_proxy={proxy}"});
  return client;
}

std::vector<RealClient> table() {
  constexpr auto kPythonVersion = "import platform; print(platform.python_version())";
  return {
      curl(),
      wget(),
      openssl(),
      python("python-urllib", "python3", kPythonVersion, "SSL_CERT_FILE={ca}", scripts::kUrllib),
      python("python-urllib-copy", "python3", kPythonVersion, "SSL_CERT_FILE={ca}",
             scripts::kUrllibCopy),
      python("python-requests", "python3-requests", "import requests; print(requests.__version__)",
             "REQUESTS_CA_BUNDLE={ca}", scripts::kRequests),
      python("python-httpx", "python3-httpx", "import httpx; print(httpx.__version__)",
             "SSL_CERT_FILE={ca}", scripts::kHttpx),
      git(),
      aria2c(),
      apt(),
      node("node", "nodejs", "console.log(process.versions.node)", scripts::kNode),
      node("node-undici", "nodejs node-undici",
           "console.log(require('undici/package.json').version)", scripts::kUndici),
      https_proxy_agent(),
      axios(),
      script("perl-lwp", "libwww-perl liblwp-protocol-https-perl",
             {"perl", "-MLWP::Protocol::https", "-MLWP", "-e", "print LWP->VERSION"},
             {"perl", "-e", "{script}"},
             {"http_proxy={proxy}", "https_proxy={proxy}", "PERL_LWP_SSL_CA_FILE={ca}"},
             scripts::kLwp),
      script("ruby", "ruby", {"ruby", "-e", "print RUBY_VERSION"}, {"ruby", "-e", "{script}"},
             {"http_proxy={proxy}", "https_proxy={proxy}", "SSL_CERT_FILE={ca}"}, scripts::kRuby),
      script("php", "php-cli", {"php", "-r", "echo PHP_VERSION;"}, {"php", "-r", "{script}"}, {},
             scripts::kPhp),
      script("php-curl", "php-cli php-curl", {"php", "-r", "echo curl_version()['version'];"},
             {"php", "-r", "{script}"}, {}, scripts::kPhpCurl),
      java(),
      go(),
      chromium(),
  };
}

}  // namespace

std::span<const RealClient> real_clients() {
  static const auto all = table();
  return all;
}

const RealClient* find_real_client(std::string_view name) {
  const auto all = real_clients();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const RealClient& client) { return client.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string_view> real_client_names() {
  std::vector<std::string_view> names;
  for (const auto& client : real_clients())
    names.push_back(client.name);
  return names;
}

}  // namespace misproxy

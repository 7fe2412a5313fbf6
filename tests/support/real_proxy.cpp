#include "support/real_proxy.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "support/real_server.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
using Kind = RealProxy::Kind;
using Rule = RealProxy::Rule;

constexpr auto kModules = "/usr/lib/apache2/modules";

/// What a configuration is made of.
struct Site {
  Rule rule;
  std::uint16_t port;
  std::uint16_t origin;
  std::uint16_t plain;
  std::string folder;
  std::string users;  // the path of a file in the form of htpasswd
};

std::string squid_rules(const Site& site) {
  if (site.rule == Rule::allows) return "http_access allow origin\n";
  if (site.rule == Rule::denies) return "";
  return fmt::format(
      "auth_param basic program /usr/lib/squid/basic_ncsa_auth {}\n"
      "auth_param basic realm proxy\n"
      "acl known proxy_auth REQUIRED\n"
      "http_access deny !origin\n"
      "http_access allow known\n",
      site.users);
}

std::string squid_text(const Site& site) {
  return fmt::format(
      "http_port 127.0.0.1:{}\nacl tunnelled port {}\nacl origin port {} {}\n"
      "http_access deny CONNECT !tunnelled\n{}http_access deny all\n"
      "cache deny all\naccess_log none\ncache_log {}/cache.log\ncache_store_log none\n"
      "pid_filename {}/squid.pid\ncoredump_dir {}\nvisible_hostname proxy.test\n"
      "pinger_enable off\nnetdb_filename none\nshutdown_lifetime 1 second\n",
      site.port, site.origin, site.origin, site.plain, squid_rules(site), site.folder, site.folder,
      site.folder);
}

std::string tinyproxy_text(const Site& site) {
  const bool password = site.rule == Rule::wants_password;
  return fmt::format(
      "Port {}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Warning\n"
      "PidFile \"{}/tinyproxy.pid\"\nAllow {}\nConnectPort {}\n{}",
      site.port, site.folder, site.rule == Rule::denies ? "10.9.9.9" : "127.0.0.1", site.origin,
      password ? fmt::format("BasicAuth {} {}\n", RealProxy::kUser, RealProxy::kPassword) : "");
}

std::string apache_rules(const Site& site) {
  if (site.rule == Rule::allows) return "Require all granted\n";
  if (site.rule == Rule::denies) return "Require all denied\n";
  return fmt::format("AuthType Basic\nAuthName proxy\nAuthUserFile {}\nRequire valid-user\n",
                     site.users);
}

std::string apache_text(const Site& site) {
  std::string text = fmt::format(
      "ServerRoot {0}\nServerName proxy.test\nListen 127.0.0.1:{1}\nPidFile {0}/apache.pid\n"
      "DefaultRuntimeDir {0}\nMutex file:{0}\nErrorLog {0}/error.log\n",
      site.folder, site.port);
  for (const auto* name : {"mpm_event", "authz_core", "authz_user", "authn_core", "authn_file",
                           "auth_basic", "proxy", "proxy_connect", "proxy_http"})
    fmt::format_to(std::back_inserter(text), "LoadModule {0}_module {1}/mod_{0}.so\n", name,
                   kModules);
  if (::geteuid() == 0) text += "User www-data\nGroup www-data\n";
  return fmt::format("{}ProxyRequests On\nAllowCONNECT {}\n<Proxy \"*\">\n{}</Proxy>\n", text,
                     site.origin, apache_rules(site));
}

std::string text_of(Kind kind, const Site& site) {
  switch (kind) {
    case Kind::squid:
      return squid_text(site);
    case Kind::tinyproxy:
      return tinyproxy_text(site);
    case Kind::apache:
      return apache_text(site);
  }
  return {};
}

/// In the foreground, so that it ends with us.
std::vector<std::string> command_of(Kind kind, const std::string& config) {
  switch (kind) {
    case Kind::squid:
      return {"/usr/sbin/squid", "-N", "-f", config};
    case Kind::tinyproxy:
      return {"/usr/bin/tinyproxy", "-d", "-c", config};
    case Kind::apache:
      return {"/usr/sbin/apache2", "-X", "-f", config};
  }
  return {};
}

/// A line of htpasswd; OpenSSL makes the hash that both squid and Apache know.
std::string user_line() {
  return fmt::format("{}:{}", RealProxy::kUser,
                     run({"openssl", "passwd", "-apr1", RealProxy::kPassword}).out);
}

}  // namespace

namespace {

/// Bound for a moment: who asks twice may be given one twice.
std::uint16_t any_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

std::uint16_t free_port() {
  static std::set<std::uint16_t> given;
  while (true) {
    if (const auto port = any_port(); given.insert(port).second) return port;
  }
}

RealProxy::RealProxy(Kind kind, Rule rule, std::uint16_t origin_port, std::uint16_t plain_port) {
  const auto folder = (folder_ / "").string();
  // Started by root, squid and Apache go on as users of their own.
  fs::permissions(folder, fs::perms::all);
  const auto users = folder_.write("users", user_line());
  const auto config =
      folder_.write("proxy.conf", text_of(kind, {rule, port_, origin_port, plain_port,
                                                 folder.substr(0, folder.size() - 1), users}));
  process_.emplace(command_of(kind, config));
  // None of them says that it listens in a way that all have in common.
  if (await_port(port_)) return;
  process_->signal(SIGKILL);
  const auto end = process_->wait();
  ADD_FAILURE() << config << ": the proxy does not listen\n" << end.out << end.err;
}

std::string RealProxy::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::string RealProxy::url(const std::string& user, const std::string& password) const {
  return fmt::format("http://{}:{}@127.0.0.1:{}", user, password, port_);
}

}  // namespace misproxy::test

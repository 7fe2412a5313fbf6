#include "bench/live/subject.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <utility>

#include "bench/live/cpu.hpp"
#include "bench/live/floor.hpp"
#include "bench/live/waits.hpp"
#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

namespace fs = std::filesystem;

constexpr auto kModules = "/usr/lib/apache2/modules";
constexpr auto kStream = "/usr/lib/nginx/modules/ngx_stream_module.so";

std::uint16_t free_port() {
  std::uint16_t port = 0;
  const auto listening = listen_on_loopback(port);
  return port;
}

std::shared_ptr<Child> run_in_background(const std::vector<std::string>& command,
                                         const std::string& log, int descriptors = 0) {
  return std::make_shared<Child>([&] {
    const auto most = static_cast<rlim_t>(descriptors);
    const rlimit few{most, most};
    if (descriptors > 0) ::setrlimit(RLIMIT_NOFILE, &few);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    ::dup2(out, 1);
    ::dup2(out, 2);
    std::vector<char*> words;
    for (const auto& word : command)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(words.front(), words.data());
  });
}

/// Waits until somebody listens there, who does not say so.
void await_port(std::uint16_t port, const Child& child, const std::string& name,
                const std::string& log) {
  constexpr std::chrono::milliseconds kAgain{10};
  for (int i = 0; i < 1000; ++i) {
    if (connect_to_loopback(port).is_open()) return;
    if (await_end(child.process(), kAgain)) break;
  }
  fmt::print(stderr, "{} does not listen; what it says is in {}\n", name, log);
  std::exit(3);
}

}  // namespace

double Subject::cpu() const {
  return std::accumulate(processes.begin(), processes.end(), 0.0,
                         [](double sum, pid_t each) { return sum + cpu_of_family(each); });
}

double Subject::memory_kib() const {
  return std::accumulate(processes.begin(), processes.end(), 0.0,
                         [](double sum, pid_t each) { return sum + memory_of_family(each); });
}

Fd open_tunnel(const Subject& subject) {
  auto fd = connect_to_loopback(subject.port);
  ensure(fd.is_open(), "a proxy that is measured does not take a connection");
  if (subject.target.empty()) return fd;
  send_all(fd.get(), fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", subject.target));
  const auto head = read_head(fd.get());
  ensure(head.find(" 200 ") != std::string::npos, "a proxy that is measured refuses a CONNECT");
  return fd;
}

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "misproxy-bench-XXXXXX").string();
  ensure(::mkdtemp(name.data()) != nullptr, "no temporary folder");
  fs::permissions(name, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec |
                            fs::perms::others_read);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Scratch::write(const std::string& name, const std::string& text) const {
  const auto path = path_ + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Stable::Stable(std::string misproxy, std::uint16_t upstream)
    : misproxy_(std::move(misproxy)), upstream_(upstream) {
  const auto made = fmt::format(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=real.test -keyout {} -out {} "
      ">/dev/null 2>&1",
      key(), certificate());
  ensure(std::system(made.c_str()) == 0, "openssl made no certificate");
}

std::string Stable::folder() {
  const auto path = fmt::format("{}/{}", scratch_.path(), ++folders_);
  fs::create_directory(path);
  fs::permissions(path, fs::perms::all);  // some change their user
  return path;
}

Subject Stable::start(std::string name, std::uint16_t port, std::string target,
                      const std::vector<std::string>& command) {
  const auto log = fmt::format("{}/{}-{}.log", scratch_.path(), name, port);
  auto child = run_in_background(command, log);
  await_port(port, *child, name, log);
  return {std::move(name), port, std::move(target), {child->process()}, {child}};
}

Subject Stable::floor(bool splices) {
  auto floor = Floor(splices ? Floor::How::splice : Floor::How::copy, upstream_);
  auto child = std::make_shared<Child>(std::move(floor.child));
  return {splices ? "bare splice relay" : "bare copy relay",
          floor.port,
          "real.test:443",
          {child->process()},
          {child}};
}

Subject Stable::misproxy(std::string name, std::vector<std::string> flags, int faults,
                         int descriptors) {
  const auto here = folder();
  auto text = fmt::format(
      "schema = 1\n[about]\nid = 'bench'\ntitle = 't'\nteaches = 't'\n[[origin]]\nhost = "
      "'real.test'\nconnect-to = '127.0.0.1:{}'\n[[origin]]\nhost = 'embedded.test'\n",
      upstream_);
  for (int i = 0; i < faults; ++i) {
    text += fmt::format(
        "[[fault]]\nid = 'f{}'\nwhen = {{ point = 'tunnel', direction = 'to_client', host = "
        "'other.test', offset_bytes = {} }}\ndo = {{ stall = {{ for_ms = 1 }} }}\n",
        i, i + 1);
  }
  if (faults > 0) text += "[[origin]]\nhost = 'other.test'\n";
  std::ofstream(here + "/bench.toml") << text;
  const auto ready = here + "/ready";
  std::vector<std::string> command{
      misproxy_, "serve",       here + "/bench.toml",      "--ready-file",
      ready,     "--state-dir", scratch_.path() + "/state"};
  command.insert(command.end(), flags.begin(), flags.end());
  const auto log = here + "/log";
  auto child = run_in_background(command, log, descriptors);
  await_file(ready, child->process(), std::chrono::seconds{60});
  std::ifstream file(ready);
  std::string line;
  if (!std::getline(file, line)) {
    fmt::print(stderr, "misproxy does not serve; what it says is in {}\n", log);
    std::exit(3);
  }
  const std::string proxy(boost::json::parse(line).at("proxy").as_string());
  const auto port = std::stoi(proxy.substr(proxy.rfind(':') + 1));
  return {std::move(name),
          static_cast<std::uint16_t>(port),
          "real.test:443",
          {child->process()},
          {child}};
}

std::optional<Subject> Stable::tinyproxy(const std::string& target) {
  constexpr auto program = "/usr/bin/tinyproxy";
  if (!fs::exists(program)) return std::nullopt;
  const auto port = free_port();
  const auto here = folder();
  std::ofstream(here + "/conf") << fmt::format(
      "Port {}\nListen 127.0.0.1\nTimeout 600\nMaxClients 9000\nLogLevel Critical\nAllow "
      "127.0.0.1\n",
      port);
  const auto to = target.empty() ? fmt::format("127.0.0.1:{}", upstream_) : target;
  return start("tinyproxy", port, to, {program, "-d", "-c", here + "/conf"});
}

std::optional<Subject> Stable::squid() {
  constexpr auto program = "/usr/sbin/squid";
  if (!fs::exists(program)) return std::nullopt;
  const auto port = free_port();
  const auto here = folder();
  std::ofstream(here + "/conf") << fmt::format(
      "http_port 127.0.0.1:{0}\nhttp_access allow all\ncache deny all\naccess_log none\ncache_log "
      "{1}/cache.log\ncache_store_log none\npid_filename {1}/pid\ncoredump_dir {1}\n"
      "visible_hostname bench.test\npinger_enable off\nnetdb_filename none\nshutdown_lifetime 1 "
      "second\n",
      port, here);
  return start("squid", port, fmt::format("127.0.0.1:{}", upstream_),
               {program, "-N", "-f", here + "/conf"});
}

std::optional<Subject> Stable::apache() {
  constexpr auto program = "/usr/sbin/apache2";
  if (!fs::exists(program)) return std::nullopt;
  const auto port = free_port();
  const auto here = folder();
  auto text = fmt::format(
      "ServerRoot {0}\nServerName bench.test\nListen 127.0.0.1:{1}\nPidFile {0}/pid\n"
      "DefaultRuntimeDir {0}\nMutex file:{0}\nErrorLog {0}/error.log\n",
      here, port);
  for (const auto* name : {"mpm_event", "authz_core", "proxy", "proxy_connect"})
    text += fmt::format("LoadModule {0}_module {1}/mod_{0}.so\n", name, kModules);
  if (::geteuid() == 0) text += "User www-data\nGroup www-data\n";
  text += fmt::format(
      "StartServers 1\nThreadsPerChild 64\nThreadLimit 64\nMaxRequestWorkers 1024\n"
      "ServerLimit 16\nProxyRequests On\nAllowCONNECT {}\n<Proxy \"*\">\nRequire all "
      "granted\n</Proxy>\n",
      upstream_);
  std::ofstream(here + "/conf") << text;
  return start("apache", port, fmt::format("127.0.0.1:{}", upstream_),
               {program, "-DFOREGROUND", "-f", here + "/conf"});
}

std::optional<Subject> Stable::nginx() {
  constexpr auto program = "/usr/sbin/nginx";
  if (!fs::exists(program) || !fs::exists(kStream)) return std::nullopt;
  const auto port = free_port();
  const auto here = folder();
  std::ofstream(here + "/conf") << fmt::format(
      "load_module {0};\ndaemon off;\nmaster_process off;\npid {1}/pid;\nerror_log {1}/error.log;\n"
      "worker_rlimit_nofile 20000;\nevents {{ worker_connections 20000; }}\nstream {{ server {{ "
      "listen 127.0.0.1:{2}; proxy_pass 127.0.0.1:{3}; }} }}\n",
      kStream, here, port, upstream_);
  return start("nginx", port, "", {program, "-c", here + "/conf", "-p", here});
}

std::optional<Subject> Stable::nginx_origin(std::uint64_t bytes) {
  constexpr auto program = "/usr/sbin/nginx";
  if (!fs::exists(program)) return std::nullopt;
  const auto port = free_port();
  const auto here = folder();
  std::ofstream(here + "/file") << std::string(bytes, 'x');
  std::ofstream(here + "/conf") << fmt::format(
      "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{ }}\n"
      "http {{ access_log off; client_body_temp_path {0}/b; proxy_temp_path {0}/p; "
      "fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s; server {{ listen "
      "127.0.0.1:{1} ssl; ssl_certificate {2}; ssl_certificate_key {3}; ssl_protocols TLSv1.3; "
      "ssl_session_tickets off; root {0}; }} }}\n",
      here, port, certificate(), key());
  return start("nginx", port, "", {program, "-c", here + "/conf", "-p", here});
}

}  // namespace misproxy::bench

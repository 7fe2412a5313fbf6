#include "lab/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/endpoint.hpp"
#include "live/files.hpp"
#include "virtual/names.hpp"
#include "virtual/router.hpp"

namespace misproxy::lab {
namespace {

namespace fs = std::filesystem;

constexpr auto kBefore = "/etc/.before";  // what /etc was

/// Names come from the lab's files and its resolver, and from nobody outside.
constexpr auto kNameService = R"(passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
)";

std::string iprep_proxy(const Network& network) {
  const auto proxy = *parse_endpoint(network.proxy);
  return fmt::format("iprep_proxy {{\nPROXY_HOST {};\nPROXY_PORT {};\n}}\n",
                     network.proxy_name.empty() ? proxy.host : network.proxy_name, proxy.port);
}

/// tcpdump changes its user where root runs it, which a user namespace has none of.
constexpr auto kShell = R"bash(PS1='admin@fmc:\w$ '
unset PROMPT_COMMAND HISTFILE
[ "$(id -u)" = 0 ] && tcpdump() { command tcpdump -Z root "$@"; }
lab_missing() { echo "bash: $1: not found here; Debian has it: sudo apt-get install $2" >&2; return 127; }
command -v tcpdump > /dev/null || tcpdump() { lab_missing tcpdump tcpdump; }
command -v netstat > /dev/null || netstat() { lab_missing netstat net-tools; }
command -v ping > /dev/null || ping() { lab_missing ping iputils-ping; }
command -v nslookup > /dev/null || nslookup() { lab_missing nslookup bind9-dnsutils; }
command -v curl > /dev/null || curl() { lab_missing curl curl; }
command -v openssl > /dev/null || openssl() { lab_missing openssl openssl; }
)bash";

/// A link for each entry of the /etc that was, so that all of it is where it was.
void link_entries() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(kBefore, ignored)) {
    const auto name = entry.path().filename();
    fs::create_symlink(fs::path(".before") / name, fs::path("/etc") / name, ignored);
  }
}

/// In the place of a link.
void put(const fs::path& path, const std::string& text) {
  std::error_code ignored;
  fs::remove(path, ignored);
  std::ofstream(path, std::ios::binary) << text;
}

void put_own_files(const Scenario& scenario) {
  std::error_code ignored;
  fs::remove("/etc/sf", ignored);
  fs::create_directory("/etc/sf", ignored);
  put("/etc/hosts", simulated::Names(scenario).hosts_file());
  put("/etc/hostname", "fmc\n");
  put("/etc/nsswitch.conf", kNameService);
  const auto resolver = simulated::router_address(simulated::client_address(scenario));
  put("/etc/resolv.conf",
      fmt::format("nameserver {}\noptions timeout:2 attempts:2\n", ip_text(resolver)));
  put("/etc/sf/iprep_proxy.conf", iprep_proxy(scenario.network));
  put(kShellSettings, kShell);
}

std::string failed(const char* what) {
  return fmt::format("the lab cannot {}: {}", what, std::strerror(errno));
}

}  // namespace

std::string lay_out_files(const Scenario& scenario) {
  if (::unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0) return failed("have files of its own");
  const live::File before(
      ::open_tree(AT_FDCWD, "/etc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (!before.is_open()) return failed("take /etc as it is");
  if (::mount("lab", "/etc", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0)
    return failed("lay out an /etc of its own");
  if (::mkdir(kBefore, 0755) != 0 ||
      ::move_mount(before.fd(), "", AT_FDCWD, kBefore, MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return failed("lay out an /etc of its own");
  link_entries();
  put_own_files(scenario);
  return ::sethostname("fmc", 3) == 0 ? "" : failed("name its host fmc");
}

}  // namespace misproxy::lab

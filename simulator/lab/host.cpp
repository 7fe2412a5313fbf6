#include "lab/host.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/ensure.hpp"
#include "lab/interface.hpp"
#include "lab/kernel_setting.hpp"

namespace misproxy::lab {
namespace {

std::unique_ptr<live::File> network_of_this_thread() {
  return std::make_unique<live::File>(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

void go_to(const live::File& network) {
  ensure(::setns(network.fd(), CLONE_NEWNET) == 0, "a network that this thread has left");
}

/// IPv6 says nothing by itself: what is seen on the wire is what programs do. Ping and port 80 are
/// anybody's.
void settle_kernel() {
  set_kernel("ipv6/conf/all/accept_ra", "0");
  set_kernel("ipv6/conf/default/accept_dad", "0");
  set_kernel("ipv6/conf/default/addr_gen_mode", "1");
  set_kernel("ipv4/conf/all/rp_filter", "0");
  set_kernel("ipv4/conf/default/rp_filter", "0");
  set_kernel("ipv4/ping_group_range", "0 2147483647");
  set_kernel("ipv4/ip_unprivileged_port_start", "0");
  // Windows grow with the memory that a machine has; these are Linux's own for any but small ones.
  set_kernel("ipv4/tcp_rmem", "4096 131072 6291456");
  set_kernel("ipv4/tcp_wmem", "4096 16384 4194304");
}

/// Only what the scenario sets: all else is as this kernel has it. Empty, or a sentence.
std::string set_tcp(const Host::Settings& settings) {
  const TcpSettings usual;
  const auto& tcp = settings.tcp;
  std::string refused;
  const auto set = [&](std::string_view name, std::int64_t value, std::int64_t normal) {
    if (value != normal && refused.empty() &&
        !set_kernel(fmt::format("ipv4/{}", name), fmt::to_string(value)))
      refused = fmt::format("the lab cannot set net.ipv4.{}: {}", name, std::strerror(errno));
  };
  set("tcp_mtu_probing", settings.probes_mtu ? 1 : 0, 0);
  set("tcp_sack", tcp.sack ? 1 : 0, 1);
  set("tcp_timestamps", tcp.timestamps ? 1 : 0, 1);
  set("tcp_window_scaling", tcp.window_scaling ? 1 : 0, 1);
  set("tcp_ecn", tcp.ecn ? 1 : 0, 0);
  set("tcp_retries2", tcp.retries2, usual.retries2);
  set("tcp_syn_retries", tcp.syn_retries, usual.syn_retries);
  set("tcp_keepalive_time", tcp.keepalive_time_ms.count() / 1000,
      usual.keepalive_time_ms.count() / 1000);
  set("tcp_keepalive_intvl", tcp.keepalive_interval_ms.count() / 1000,
      usual.keepalive_interval_ms.count() / 1000);
  set("tcp_keepalive_probes", tcp.keepalive_probes, usual.keepalive_probes);
  return refused;
}

std::optional<std::uint32_t> initial_window(const TcpSettings& tcp) {
  if (tcp.initial_window == TcpSettings().initial_window) return std::nullopt;
  return static_cast<std::uint32_t>(tcp.initial_window);
}

}  // namespace

std::string Host::make(const Settings& settings) {
  const auto before = network_of_this_thread();
  if (::unshare(CLONE_NEWNET) != 0) {
    return fmt::format("the lab cannot have one network more: {}{}", std::strerror(errno),
                       errno == ENOSPC ? ": sudo sysctl user.max_net_namespaces=10000" : "");
  }
  space_ = network_of_this_thread();
  auto why = build(settings);
  go_to(*before);
  return why;
}

std::string Host::build(const Settings& settings) {
  settle_kernel();
  if (auto refused = set_tcp(settings); !refused.empty()) return refused;
  tun_ = std::make_unique<live::File>(open_tun());
  if (!tun_->is_open())
    return fmt::format("the lab cannot make a TUN device: {}", std::strerror(errno));
  if (!raise_interfaces(settings.address, settings.address6, initial_window(settings.tcp)))
    return fmt::format("the lab cannot set up eth0: {}", std::strerror(errno));
  return {};
}

void Host::inside(const std::function<void()>& call) const {
  const auto before = network_of_this_thread();
  go_to(*space_);
  call();
  go_to(*before);
}

void Host::enter() const { go_to(*space_); }

}  // namespace misproxy::lab

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
  if (settings.probes_mtu && !set_kernel("ipv4/tcp_mtu_probing", "1"))
    return fmt::format("the lab cannot set net.ipv4.tcp_mtu_probing: {}", std::strerror(errno));
  tun_ = std::make_unique<live::File>(open_tun());
  if (!tun_->is_open())
    return fmt::format("the lab cannot make a TUN device: {}", std::strerror(errno));
  if (!raise_interfaces(settings.address, settings.address6))
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

#include "lab/ground.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "live/files.hpp"

namespace misproxy::lab {
namespace {

constexpr int kSpaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET;

int number_in(const char* path) {
  std::ifstream file(path);
  int number = -1;
  file >> number;
  return number;
}

bool write_in_proc(const char* path, const std::string& text) {
  const live::File file(::open(path, O_WRONLY | O_CLOEXEC));
  const auto size = static_cast<ssize_t>(text.size());
  return file.is_open() && ::write(file.fd(), text.data(), text.size()) == size;
}

std::string lacks_user_namespaces(int error) {
  if (number_in("/proc/sys/kernel/unprivileged_userns_clone") == 0) {
    return "the lab needs user namespaces, which are off here: sudo sysctl "
           "kernel.unprivileged_userns_clone=1";
  }
  if (error == ENOSPC) {
    return "the lab needs user namespaces, and there may be no more of them: sudo sysctl "
           "user.max_user_namespaces=10000";
  }
  return fmt::format(
      "the lab needs user namespaces, and this machine gives none ({}): a container wants "
      "--cap-add SYS_ADMIN --cap-add NET_ADMIN, or --security-opt seccomp=unconfined",
      std::strerror(error));
}

std::string lacks_rights(int error) {
  if (number_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1) {
    return "the lab's user namespace has no rights here: sudo sysctl "
           "kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (error == ENOSPC) {
    return "the lab needs namespaces for networks, mounts and names, and there may be no more of "
           "one "
           "kind: sudo sysctl user.max_net_namespaces=10000 user.max_mnt_namespaces=10000 "
           "user.max_uts_namespaces=10000";
  }
  return fmt::format("the lab cannot have mounts of its own: {}", std::strerror(error));
}

/// Who it was outside is who it is inside, and nobody else is there.
bool keep_identity(uid_t user, gid_t group) {
  return write_in_proc("/proc/self/setgroups", "deny") &&
         write_in_proc("/proc/self/uid_map", fmt::format("{0} {0} 1", user)) &&
         write_in_proc("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
}

/// What programs of the lab may do that a user of the machine may not: tcpdump and ping need it.
void hand_on_rights() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return;
  constexpr std::array kRights{CAP_NET_RAW, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE};
  for (const int right : kRights)
    sets[0].inheritable |= 1U << static_cast<unsigned>(right);
  if (::syscall(SYS_capset, &header, sets.data()) != 0) return;
  for (const int right : kRights)
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0);
}

}  // namespace

std::string enter_lab() {
  auto why = why_no_tun();
  return why.empty() ? enter_ground() : why;
}

std::string enter_ground() {
  const auto user = ::geteuid();
  const auto group = ::getegid();
  if (::unshare(kSpaces) != 0) {
    if (::unshare(CLONE_NEWUSER) != 0) return lacks_user_namespaces(errno);
    if (!keep_identity(user, group)) return lacks_user_namespaces(errno);
    if (::unshare(kSpaces) != 0) return lacks_rights(errno);
    hand_on_rights();
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return lacks_rights(errno);
  return {};
}

std::string why_no_tun() {
  const live::File device(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (device.is_open()) return {};
  if (errno == EACCES || errno == EPERM)
    return "the lab needs /dev/net/tun, which you may not open: sudo chmod 0666 /dev/net/tun";
  if (::access("/dev/net/tun", F_OK) == 0)
    return "the lab needs TUN devices, which this kernel has not loaded: sudo modprobe tun";
  return "the lab needs /dev/net/tun, which is not there: sudo sh -c 'modprobe tun; mkdir -p "
         "/dev/net; mknod -m 0666 /dev/net/tun c 10 200'";
}

}  // namespace misproxy::lab

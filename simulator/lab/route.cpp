#include "lab/route.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "live/files.hpp"

namespace misproxy::lab {
namespace {

/// A request of rtnetlink's, with attributes one behind the other.
struct Request {
  nlmsghdr head{};
  rtmsg route{};
  alignas(NLMSG_ALIGNTO) std::array<char, 256> attributes{};
};

/// Where it stands; `length` of what is in it.
rtattr* add_attribute(Request& request, unsigned short type, const void* value,
                      std::size_t length) {
  auto* at = reinterpret_cast<rtattr*>(reinterpret_cast<char*>(&request) +
                                       NLMSG_ALIGN(request.head.nlmsg_len));
  at->rta_type = type;
  at->rta_len = static_cast<unsigned short>(RTA_LENGTH(length));
  if (length > 0) std::memcpy(RTA_DATA(at), value, length);
  request.head.nlmsg_len =
      NLMSG_ALIGN(request.head.nlmsg_len) + static_cast<unsigned>(RTA_ALIGN(at->rta_len));
  return at;
}

/// One metric within `metrics`, which has been added last.
void add_metric(Request& request, rtattr* metrics, unsigned short type, const void* value,
                std::size_t length) {
  const auto* inner = add_attribute(request, type, value, length);
  metrics->rta_len = static_cast<unsigned short>(metrics->rta_len + RTA_ALIGN(inner->rta_len));
}

void add_metrics(Request& request, bool cubic, std::optional<std::uint32_t> initial_window) {
  constexpr std::string_view name("cubic");
  if (!cubic && !initial_window) return;
  auto* metrics = add_attribute(request, RTA_METRICS, nullptr, 0);
  if (cubic) add_metric(request, metrics, RTAX_CC_ALGO, name.data(), name.size() + 1);
  if (initial_window)
    add_metric(request, metrics, RTAX_INITCWND, &*initial_window, sizeof *initial_window);
}

/// Zero, or the errno of the kernel's answer.
int ask(const Request& request) {
  const live::File socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket.is_open()) return errno;
  if (::send(socket.fd(), &request, request.head.nlmsg_len, 0) < 0) return errno;
  struct {
    nlmsghdr head;
    nlmsgerr error;
    std::array<char, 512> rest;
  } answer{};
  if (::recv(socket.fd(), &answer, sizeof answer, 0) < 0) return errno;
  return answer.head.nlmsg_type == NLMSG_ERROR ? -answer.error.error : EPROTO;
}

int add(int family, unsigned interface, bool cubic, std::optional<std::uint32_t> initial_window) {
  Request request;
  request.head.nlmsg_len = NLMSG_LENGTH(sizeof(rtmsg));
  request.head.nlmsg_type = RTM_NEWROUTE;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
  request.route.rtm_family = static_cast<unsigned char>(family);
  request.route.rtm_table = RT_TABLE_MAIN;
  request.route.rtm_protocol = RTPROT_BOOT;
  request.route.rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  request.route.rtm_type = RTN_UNICAST;
  add_attribute(request, RTA_OIF, &interface, sizeof interface);
  add_metrics(request, cubic, initial_window);
  return ask(request);
}

}  // namespace

bool add_default_route(int family, unsigned interface,
                       std::optional<std::uint32_t> initial_window) {
  if (add(family, interface, true, initial_window) == 0) return true;
  errno = add(family, interface, false, initial_window);
  return errno == 0;
}

}  // namespace misproxy::lab

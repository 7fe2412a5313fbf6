#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"connect-lost", Layer::path, "the path between client and proxy",
     "The CONNECT is lost on the way",
     "Look at inspection between client and proxy: small packets without data pass, the CONNECT "
     "does "
     "not."},
    {"mtu-black-hole", Layer::path, "a device on the path that drops large packets in silence",
     "An MTU black hole: large segments never arrive",
     "Let ICMP type 3 code 4 pass, or clamp the MSS where the small link is; find the size with "
     "`ping -M "
     "do -s 1472`."},
    {"reset-on-large-segment", Layer::path, "a device on the path, or the proxy",
     "A RST answers the first large segment",
     "Look for an inline device that resets what is large; an MTU that is too small drops, it does "
     "not "
     "reset."},
    {"path-loss", Layer::path, "the path between client and proxy",
     "What was sent is no longer acknowledged",
     "Look at the path at that moment: a link, a firewall's state, the host at the other end."},
    {"receiver-window-closed", Layer::path, "the end whose window is closed",
     "The receiver takes no more: its window is zero",
     "Look at the program at that end: it does not read."},
    {"reset-after-idle", Layer::path, "a NAT or firewall on the way",
     "A RST answers the first packet after a pause",
     "Raise the idle time-out of NAT and firewalls, or have the client send keep-alives."},
});

}  // namespace

std::span<const Lesson> path() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"proxy-denied", Layer::proxy, "the proxy's access list", "The proxy denies the CONNECT: 403",
     "Have the proxy's administrator permit the host (by name) for the client's address."},
    {"proxy-redirected", Layer::proxy, "the proxy's policy",
     "The proxy answers the CONNECT with a redirect",
     "A block page or a portal: have the host permitted without it; no client follows a redirect "
     "of a "
     "CONNECT."},
    {"proxy-bad-request", Layer::proxy, "the client's request",
     "The proxy finds the CONNECT malformed: 400",
     "Compare the CONNECT in the capture with RFC 9110 section 9.3.6; look for a header that a "
     "device "
     "on the way or the client's settings added."},
    {"not-a-connect-proxy", Layer::proxy, "the settings", "The server there does not do CONNECT",
     "Correct host and port: a web server or a proxy without CONNECT answers there."},
    {"proxy-internal-error", Layer::proxy, "the proxy, or what is behind it",
     "The proxy answers 500",
     "Look at the proxy's log: with some proxies it is a name that does not resolve or a host that "
     "refuses."},
    {"proxy-bad-gateway", Layer::proxy, "the proxy's way to the origin",
     "The proxy cannot reach the origin: 502",
     "On the proxy's host, resolve and reach the origin: DNS, route, firewall."},
    {"proxy-unavailable", Layer::proxy, "the proxy, or its way to the origin",
     "The proxy answers 503",
     "Look at the proxy's error header and log: overload, or an origin that refuses or cannot be "
     "reached."},
    {"proxy-gateway-timeout", Layer::proxy, "the proxy's way to the origin",
     "The proxy waited in vain for the origin: 504",
     "On the proxy's host, reach the origin's port; look at the proxy's parent and its time-outs."},
    {"proxy-status", Layer::proxy, "the proxy", "The proxy refuses the CONNECT",
     "Look the status up in the proxy's documentation, and its log."},
});

}  // namespace

std::span<const Lesson> reply() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

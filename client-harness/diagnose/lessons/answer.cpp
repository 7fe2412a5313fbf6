#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"proxy-connect-stall", Layer::proxy, "the proxy, or what it waits for",
     "The proxy takes the CONNECT and never answers",
     "Look at the proxy's log at that time: DNS, its upstream, an authentication service that "
     "hangs."},
    {"proxy-closed-without-reply", Layer::proxy, "the proxy",
     "The proxy closes without answering the CONNECT",
     "Check that the port is an HTTP proxy's and that it permits this client; its log says more."},
    {"proxy-reset-without-reply", Layer::proxy, "the proxy, or a device in front of it",
     "The CONNECT is answered with a RST",
     "Check that the port is an HTTP proxy's; look for a rule that resets this client or this "
     "host."},
    {"proxy-not-http", Layer::proxy, "the settings", "What listens there is not an HTTP proxy",
     "Correct host and port: another service answers there."},
    {"tls-to-plain-proxy", Layer::proxy, "the settings",
     "The client speaks TLS to a proxy that expects plain HTTP",
     "Give the proxy as http://, not https://: TLS begins behind the CONNECT."},
    {"proxy-reply-incomplete", Layer::proxy, "the proxy",
     "The proxy's answer breaks off in its head", "Look at the proxy's log and its version."},
    {"proxy-answer-unread", Layer::proxy, "the proxy, as far as it shows",
     "The proxy answered, and the client went no further",
     "Take the capture with whole packets, or the client's log: the answer's status decides."},
});

}  // namespace

std::span<const Lesson> answer() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

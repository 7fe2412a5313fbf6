#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"response-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The request is taken, and no response comes",
     "Look at the proxy's log (scanning, buffering) and at the origin; try with inspection "
     "bypassed."},
    {"upload-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The upload is taken, and no response comes",
     "Look at the proxy's log and its size limits, and at the origin."},
    {"download-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The download stops in the middle",
     "Look at the proxy's log: scanning, a size limit; try a smaller file, or with inspection "
     "bypassed."},
    {"slow-transfer", Layer::proxy, "the proxy, or the origin behind it",
     "The transfer is very slow", "Compare with a transfer that does not use the proxy."},
    {"truncated", Layer::proxy, "the proxy, or the origin behind it",
     "The transfer ends before its end",
     "Repeat it: the same count of bytes means a size limit, the same time a time-out."},
    {"reset-mid-transfer", Layer::path, "a firewall on the way, or the proxy",
     "A RST ends the transfer",
     "Look at firewalls between client and proxy (which resets both ends?) and at the proxy's "
     "log."},
    {"idle-timeout", Layer::proxy, "the proxy's idle time-out",
     "The proxy closes a tunnel in which nothing was said",
     "Raise the proxy's idle time-out, or have the client send keep-alives."},
    {"empty-reply", Layer::proxy, "the origin, or the proxy",
     "The tunnel is closed where a response was due",
     "Look at the origin's log, and at the proxy's for this tunnel."},
    {"client-abort", Layer::client, "the client", "The client ended a transfer that was under way",
     "Look at the client's own time limit, and at who stopped it."},
});

}  // namespace

std::span<const Lesson> transfer() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"proxy-name-unresolved", Layer::dns, "DNS, or the proxy's name in the settings",
     "The proxy's name does not resolve",
     "Correct the proxy's name, or give its address; check the DNS servers of the appliance."},
    {"host-name-unresolved", Layer::dns, "DNS", "A host's name does not resolve",
     "Check the DNS servers; behind an explicit proxy the client need not resolve the origin at "
     "all."},
    {"proxy-refused", Layer::tcp, "the proxy, or the port in the settings",
     "Nothing listens on the proxy's port",
     "Start the proxy's service, or correct the port in the settings."},
    {"proxy-syn-unanswered", Layer::tcp, "a firewall on the way, or the proxy's host",
     "The proxy does not answer the SYN",
     "Permit the client's address to the proxy's port on every firewall, both ways; check that the "
     "proxy's host is up and has a route back."},
    {"proxy-unreachable", Layer::tcp, "a router or firewall on the way",
     "ICMP says that the proxy cannot be reached",
     "Ask whoever runs the router that sent the ICMP: a missing route, or a rule that prohibits "
     "it."},
});

}  // namespace

std::span<const Lesson> reach() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

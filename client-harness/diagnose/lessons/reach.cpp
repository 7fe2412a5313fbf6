#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "proxy-name-unresolved",
     .layer = Layer::dns,
     .blame = "DNS, or the proxy's name in the settings",
     .title = "The proxy's name does not resolve",
     .remedy =
         "Correct the proxy's name, or give its address; check the DNS servers of the appliance.",
     .wire =
         R"(Only DNS: the client asks for the proxy's name, is told that there is none, and no SYN follows.
    10:20:58.996735 IP 10.40.40.1.48456 > 10.40.40.254.53: 14020+ A? proxy.example.com. (35)
    10:20:58.996888 IP 10.40.40.254.53 > 10.40.40.1.48456: 14020 NXDomain 0/0/0 (35)
`ServFail` or `Refused` instead of `NXDomain`: the server cannot or will not answer. `NXDomain` for
AAAA alone is harmless.)",
     .causes = R"(- A typing error in the proxy's name, or a name without its domain.
- The appliance asks a DNS server that does not know the inside zone.
- `ServFail`: that server's own servers are not reached, or a signature of the zone does not hold.
- `Refused`: an access list of the server leaves the appliance out.)",
     .confirm =
         R"(- `host proxy.example.com`, and `host proxy.example.com 10.40.40.254`, on the appliance.
- `curl -v -x http://proxy.example.com:80 https://tools.cisco.com/` ends with exit code 5.
- `cat /etc/resolv.conf`: which servers does the appliance ask?
- `curl -x http://10.10.10.1:80 ...`, by address, works: then only the name is wrong.)"},
    {.id = "dns-unanswered",
     .layer = Layer::dns,
     .blame = "a firewall on the way, or the DNS server",
     .title = "The DNS server does not answer",
     .remedy = "Permit DNS (UDP and TCP port 53) from the client to its DNS servers, both ways, or "
               "give it servers that are there.",
     .wire =
         R"(Only questions, the same ones every few seconds, and no answer of any kind; no SYN follows:
    10:20:58.996735 IP 10.40.40.1.48456 > 10.40.40.254.53: 14020+ A? proxy.example.com. (35)
    10:20:58.996741 IP 10.40.40.1.48456 > 10.40.40.254.53: 20125+ AAAA? proxy.example.com. (35)
    10:21:00.998913 IP 10.40.40.1.48456 > 10.40.40.254.53: 14020+ A? proxy.example.com. (35)
A server that does not know the name, or will not tell it, says so at once (NXDomain, ServFail,
Refused). A client's log has the same words for both: only the time that it took differs. A host
without a server on the port would have answered with ICMP port unreachable.)",
     .causes =
         R"(- DNS is not a thing that goes through the proxy: a firewall has to let it pass by itself.
- A DNS server in the settings that is not there any more; the next one is asked after seconds.
- The server's answer takes another way back, past a firewall that has not seen the question.)",
     .confirm =
         R"(- `nslookup proxy.example.com` on the appliance: `no servers could be reached`.
- `dig @10.40.40.254 proxy.example.com`, then the same with `+tcp`: UDP alone may be dropped.
- `cat /etc/resolv.conf`, and a ping of each server in it.
- `curl -x http://10.10.10.1:80 ...`, by address, works.)"},
    {.id = "host-name-unresolved",
     .layer = Layer::dns,
     .blame = "DNS",
     .title = "A host's name does not resolve",
     .remedy = "Check the DNS servers; behind an explicit proxy the client need not resolve the "
               "origin at all.",
     .wire =
         R"(A host's name (not the proxy's) gets no address, and nothing follows that would use one:
    10:20:58.996735 IP 10.40.40.1.48456 > 10.40.40.254.53: 20125+ A? tools.cisco.com. (33)
    10:20:58.996888 IP 10.40.40.254.53 > 10.40.40.1.48456: 20125 NXDomain 0/0/0 (33)
A client with an explicit proxy puts the name into its CONNECT and leaves resolving to the proxy; so
the question for the origin's name is in itself a sign that the client goes directly.)",
     .causes =
         R"(- The client does not use the proxy (no_proxy, a setting that is not saved), and has no DNS for
  outside names.
- A DNS server of the inside that answers for its own zones only.
- A typing error in the URL.)",
     .confirm = R"(- `host tools.cisco.com` on the client, then the same on the proxy's host.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: no question for tools.cisco.com may
  leave the client.
- `env | grep -i proxy` shows what the client was told of proxies.)"},
    {.id = "proxy-refused",
     .layer = Layer::tcp,
     .blame = "the proxy, or the port in the settings",
     .title = "Nothing listens on the proxy's port",
     .remedy = "Start the proxy's service, or correct the port in the settings.",
     .wire =
         R"(The SYN is answered with a RST that carries an ACK, within a round trip; there may be a second try
at once, for another address of the same name. Nothing else happens.
    10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 2479071162, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.987700 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R.], seq 0, ack 2479071163, win 0, length 0
The host is up and the way there and back works: its kernel says that no program listens on that
port.)",
     .causes = R"(- The proxy's service is stopped, or is still starting.
- A wrong port in the settings. curl without a port in -x goes to 1080.
- The service listens on another address (127.0.0.1, or IPv6 alone).
- A firewall that rejects with a TCP reset, in the name of the host.)",
     .confirm =
         R"(- `ss -ltn` on the proxy's host: is there a line with the port, and with which address?
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/` ends with exit code 7 (`Connection
  refused`); curl 8.21 names the origin `over proxy`.
- The RST's TTL (`tcpdump -v`) beside that of a ping answer: another one means another device.)"},
    {.id = "proxy-syn-unanswered",
     .layer = Layer::tcp,
     .blame = "a firewall on the way, or the proxy's host",
     .title = "The proxy does not answer the SYN",
     .remedy = "Permit the client's address to the proxy's port on every firewall, both ways; "
               "check that the proxy's host is up and has a route back.",
     .wire = R"(The same SYN, with one sequence number, again and again, and no answer of any kind:
    10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:59.990112 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:21:01.014100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
Linux of today repeats after 1 s five times, then waits 2, 4, 8 s; an older one 1, 2, 4, 8 s from
the start. From the client a SYN that is lost and a SYN-ACK that is lost look alike. A closed port
would have answered with RST, a router without a route with ICMP: silence is a packet filter, or a
host that is not there.)",
     .causes = R"(- A firewall between client and proxy drops the port.
- The proxy has no way back, or the way back passes another stateful firewall (asymmetric routing).
- A wrong address in the settings, or the proxy's host is down behind a router that says nothing.)",
     .confirm =
         R"(- tcpdump on the proxy's host: SYNs that arrive and are answered mean that the way back loses; none,
  the way there.
- `netstat -na | grep 10.10.10.1` on the client shows SYN_SENT.
- `traceroute -T -p 80 10.10.10.1` shows how far a SYN comes.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --connect-timeout 10` ends with exit
  code 28.)"},
    {.id = "proxy-unreachable",
     .layer = Layer::tcp,
     .blame = "a router or firewall on the way",
     .title = "ICMP says that the proxy cannot be reached",
     .remedy = "Ask whoever runs the router that sent the ICMP: a missing route, or a rule that "
               "prohibits it.",
     .wire =
         R"(A router on the way answers the SYN itself, with ICMP, and the connect fails at once or after some
tries:
    10:20:58.988359 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 2694197755, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.988388 IP 10.40.40.254 > 10.40.40.1: ICMP host 10.10.10.1 unreachable - admin prohibited filter, length 68
Who sends it is the device to look at. `host unreachable`: the last router gets no answer to ARP.
`net unreachable`: a route is missing. `admin prohibited`: a rule says no. `time exceeded`: a
routing loop.)",
     .causes = R"(- The proxy's host is off, or its address is wrong.
- A missing route on the router that answers.
- An access list that rejects instead of dropping.
- No ICMP at all and still `No route to host`: the client's own routing table, or its own firewall.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/` ends with exit code 7 (`No route to
  host`, `Network is unreachable`).
- `ip route get 10.10.10.1` on the client; `traceroute -T -p 80 10.10.10.1`.
- `tcpdump -n icmp` while it is tried again shows the sender of the ICMP.)"},
});

}  // namespace

std::span<const Lesson> reach() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "proxy-bypassed",
     .layer = Layer::client,
     .blame = "the client's settings",
     .title = "The client goes around the proxy",
     .remedy = "Look at no_proxy and at the client's proxy settings.",
     .wire = R"(SYNs go to the origin's own address and port 443; none to the proxy:
    10:20:58.987654 IP 10.40.40.1.54321 > 72.163.4.161.443: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:59.990112 IP 10.40.40.1.54321 > 72.163.4.161.443: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
Before them stands a question to DNS for the origin's name, which a client with a proxy need not
ask. Where the direct way is closed, what follows is silence or a RST, and it looks as if the proxy
did not answer.)",
     .causes = R"(- The settings were entered and not saved, or another process was not restarted.
- no_proxy, or a list of exceptions, has the host in it.
- Some things never use the proxy: the managed devices' own tunnel (8305), DNS, NTP.
- The shell's http_proxy is set, and https_proxy is not.)",
     .confirm = R"(- `cat /etc/sf/iprep_proxy.conf`, `env | grep -i proxy`.
- `tcpdump -n 'host 10.10.10.1'` while it is tried: is there anything at all?
- `curl -v` with -x and without: only the first shows `CONNECT`.)"},
    {.id = "proxy-settings-wrong",
     .layer = Layer::client,
     .blame = "the settings",
     .title = "The proxy's settings cannot be used as they are written",
     .remedy = "Write the proxy's host and a port from 1 to 65535, each line ended by a semicolon.",
     .wire =
         R"(Nothing is seen of a proxy whose name or port no program can use. One that reads the number up to
the wrong letter asks at another port than was meant, where nobody listens:
    10:20:58.996735 IP 10.40.40.1.48456 > 10.10.10.1.8: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.996888 IP 10.10.10.1.8 > 10.40.40.1.48456: Flags [R.], seq 0, ack 3017406092, win 0, length 0)",
     .causes =
         R"(- A file that was edited by hand: `80a`, `8O80`, a port beyond 65535, a name with a space in it.
- A line without its semicolon, so that the next one becomes a part of it.
- A host with the scheme or the port written into it, as in a browser's settings.)",
     .confirm =
         R"(- `cat /etc/sf/iprep_proxy.conf`: PROXY_HOST and PROXY_PORT, each with one value and a semicolon.
- `misproxy probe --config iprep_proxy.conf --url https://tools.cisco.com/` says what is wrong with
  each of them.)"},
    {.id = "proxy-name-too-long",
     .layer = Layer::client,
     .blame = "the settings",
     .title = "The proxy's name is longer than Smart Licensing takes",
     .remedy = "Use a name of at most 64 characters, or the address.",
     .wire =
         R"(On the wire nothing is wrong: DNS resolves the name, and the proxy answers. What fails is a program
of the appliance that has room for 64 characters; Smart Licensing does not get as far as a SYN:
    10:20:58.996735 IP 10.40.40.1.48456 > 10.40.40.254.53: 14020+ A? proxy.example.com. (35)
    10:20:58.996888 IP 10.40.40.254.53 > 10.40.40.1.48456: 14020 1/0/0 A 10.10.10.1 (51))",
     .causes =
         R"(- A name that an automatism made, such as a balancer's in a cloud, with a region and an account in
  it.
- An internal zone with many levels.)",
     .confirm =
         R"(- `echo -n proxy.example.com | wc -c` with the name from /etc/sf/iprep_proxy.conf: 65 or more.
- `curl -v -x http://NAME:80 https://tools.cisco.com/` works all the same: only licensing fails.
- An alias (CNAME) of fewer characters, or the address, in the settings: licensing works.)"},
});

}  // namespace

std::span<const Lesson> settings() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

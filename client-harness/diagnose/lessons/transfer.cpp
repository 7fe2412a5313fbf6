#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "response-stall",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "The request is taken, and no response comes",
     .remedy = "Look at the proxy's log (scanning, buffering) and at the origin; try with "
               "inspection bypassed.",
     .wire =
         R"(The request goes out inside the tunnel, its ACK returns, and then nothing, until the client gives
up:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:21:00.456040 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 832, win 509, length 0
    10:21:30.460000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 832, ack 3056, win 501, length 0
The ACK clears the path: an idle connection without retransmissions is a program that waits. Cisco's
article shows 1440 bytes *from* the FMC and calls the silence a download that stalls; with its ACK
that would be this.)",
     .causes = R"(- The proxy inspects or buffers the whole response before it passes on a byte.
- The origin is slow, or waits for something of its own.
- The proxy lost the origin and did not tell.)",
     .confirm =
         R"(- The proxy's log: when did the origin answer? Time to the first byte there, beside that at the
  client.
- The same with inspection bypassed for this host; a smaller file; the origin without the proxy.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -m 60 -w '%{time_appconnect}
  %{time_starttransfer}\n'`: exit code 28, and no second number.)"},
    {.id = "upload-stall",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "The upload is taken, and no response comes",
     .remedy = "Look at the proxy's log and its size limits, and at the origin.",
     .wire = R"(The upload is acknowledged to its last byte, and no response follows:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 8171:9631, ack 3056, win 501, length 1460: HTTP
    10:21:00.456300 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 9631, win 480, length 0
    10:21:30.460000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 9631, ack 3056, win 501, length 0
The ACK is what matters: without it, and with the segment sent again, see mtu-black-hole and
path-loss; with `win 0`, receiver-window-closed. Cisco's example of a stalled download is a packet
from the client: an upload.)",
     .causes = R"(- A scanner that wants the whole file before it lets go of anything.
- A limit on the size of uploads that the proxy enforces by silence.
- The origin takes its time with what it got, or waits for more than was announced.)",
     .confirm =
         R"(- Uploads of 1 kB, 100 kB, 10 MB: from which size on? The same size each time is a limit.
- The proxy's log, and its leg to the origin: did the bytes go on?
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -T FILE -m 60`: exit code 28.)"},
    {.id = "download-stall",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "The download stops in the middle",
     .remedy = "Look at the proxy's log: scanning, a size limit; try a smaller file, or with "
               "inspection bypassed.",
     .wire =
         R"(Data flow, all of them are acknowledged, and then it is quiet in the middle of the response:
    10:21:00.456000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 98561:100021, ack 871, win 509, length 1460: HTTP
    10:21:00.456050 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 100021, win 501, length 0
    10:21:30.460000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 871, ack 100021, win 501, length 0
No retransmission, no duplicate ACK, an open window: the path is fine, and somebody behind it holds
the rest back. The last TLS record is often not whole, and so says that more was meant to come.)",
     .causes = R"(- A proxy that lets the beginning trickle through while it scans the rest.
- A limit on size or time that does not close.
- A slow origin, or one that lost its own source.)",
     .confirm =
         R"(- Three times: the same count of bytes speaks for a size, the same seconds for a time limit.
- A small file from the same host; the same file with inspection bypassed.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -m 120` ends with 28 and says how much
  of how much came; `-Y 1000 -y 30` ends a stall sooner.)"},
    {.id = "slow-transfer",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "The transfer is very slow",
     .remedy = "Compare with a transfer that does not use the proxy.",
     .wire = R"(Data come in small pieces at even distances, for minutes, without loss:
    10:21:00.100000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3101:3613, ack 871, win 509, length 512: HTTP
    10:21:00.140000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 3613, win 501, length 0
    10:21:01.100000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3613:4125, ack 871, win 509, length 512: HTTP
    10:21:02.100000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 4125:4637, ack 871, win 509, length 512: HTTP
Even distances are a program's doing. Slow with retransmissions is loss; slow with a window near
zero is the receiver; many full segments with long round trips are the distance.)",
     .causes = R"(- A limit on bandwidth, per user or category, at the proxy.
- A scanner that keeps the client patient with some bytes each second.
- An origin that is overloaded.
- An MSS clamped far too small makes it slow as well, and breaks nothing.)",
     .confirm = R"(- `-w '%{speed_download} %{time_starttransfer}\n'` with and without the proxy.
- The MSS in the SYN, at both ends: a clamp changes it on the way.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -Y 1000 -y 30` gives up with exit code
  28.)"},
    {.id = "truncated",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "The transfer ends before its end",
     .remedy = "Repeat it: the same count of bytes means a size limit, the same time a time-out.",
     .wire = R"(The connection ends in good order, in the middle of the response:
    10:21:00.456000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 98561:100021, ack 871, win 509, length 1460: HTTP
    10:21:00.456020 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 100021, ack 871, win 509, length 0
    10:21:00.456100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 871, ack 100022, win 501, length 0
To TCP that is a success. What tells are the response's Content-Length or last chunk (inside the
tunnel), or a TLS record that is not whole. A close_notify before the FIN means that the sender
meant to end there.)",
     .causes = R"(- A limit on file size at the proxy.
- A time limit for the whole transfer.
- An origin, or a server process behind it, that broke off.)",
     .confirm =
         R"(- Three times: equal counts of bytes are a size limit, equal seconds a time-out, neither the origin.
- curl: exit code 18; with OpenSSL 3.5 and no close_notify 56; without a length 7.88 reports
  success, so compare sizes.
- The proxy's log for the request: bytes and a code such as ABORTED.)"},
    {.id = "reset-mid-transfer",
     .layer = Layer::path,
     .blame = "a firewall on the way, or the proxy",
     .title = "A RST ends the transfer",
     .remedy = "Look at firewalls between client and proxy (which resets both ends?) and at the "
               "proxy's log.",
     .wire = R"(Data flow, and a RST ends it:
    10:21:00.456000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 98561:100021, ack 871, win 509, length 1460: HTTP
    10:21:00.456050 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 100021, win 501, length 0
    10:21:00.470000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R.], seq 100021, ack 871, win 509, length 0
`[R.]` with ACK and window: an end gave up on a living connection. `[R]`, win 0, no ACK: a device,
or a socket that is already gone.)",
     .causes = R"(- The proxy's connection to the origin broke, and it passes that on so.
- An intrusion prevention or data loss system that saw a signature in the stream; it mostly resets
  both ends.
- The proxy crashed or was restarted.)",
     .confirm =
         R"(- Captures at client and proxy at once: if both get a RST that neither sent, it is a device in
  between.
- TTL and IP ID of the RST beside those of the data just before it.
- Another file of the same size: if that passes, the content matters. The IPS's log at that second.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 56, `Connection reset by
  peer`.)"},
    {.id = "idle-timeout",
     .layer = Layer::proxy,
     .blame = "the proxy's idle time-out",
     .title = "The proxy closes a tunnel in which nothing was said",
     .remedy = "Raise the proxy's idle time-out, or have the client send keep-alives.",
     .wire =
         R"(A tunnel in which nothing was said is closed by the proxy, after a round number of seconds:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:21:00.456040 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 832, win 509, length 0
    10:22:00.456900 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 3056, ack 832, win 509, length 0
From the last byte to the FIN: 30, 60, 120, 300 seconds, the same in every try. TCP keep-alives
carry no bytes and may not count as life.)",
     .causes =
         R"(- The proxy's idle limit for tunnels is shorter than the origin's longest silence (a report, a slow
  query).
- A balancer in front of the proxy, with a limit of its own.
- The origin's keep-alive limit, passed on by the proxy: harmless where no request was open.)",
     .confirm =
         R"(- Measure the pause three times, and look for the number in the proxy's and the balancer's settings.
- The same request without the proxy: how long does the origin think?
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 52, 56 or 18, %{time_total}
  being the pause.)"},
    {.id = "empty-reply",
     .layer = Layer::proxy,
     .blame = "the origin, or the proxy",
     .title = "The tunnel is closed where a response was due",
     .remedy = "Look at the origin's log, and at the proxy's for this tunnel.",
     .wire = R"(The request is acknowledged, and FIN is the whole answer:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:21:00.456040 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 832, win 509, length 0
    10:21:00.470000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 3056, ack 832, win 509, length 0
It comes within milliseconds, not after a pause: that would be idle-timeout.)",
     .causes =
         R"(- The origin's program crashed on this request, or its balancer has nobody to give it to.
- A filter inside TLS inspection that closes instead of answering.
- A kept-alive connection that the origin closed in the very moment it was used again: once, and a
  retry works.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 52, `Empty reply from
  server`; 56 with OpenSSL 3.5 where close_notify is missing.
- Another path on the same host; the same without the proxy.
- The origin's log: does the request stand in it?)"},
    {.id = "client-abort",
     .layer = Layer::client,
     .blame = "the client",
     .title = "The client ended a transfer that was under way",
     .remedy = "Look at the client's own time limit, and at who stopped it.",
     .wire = R"(Data still flow, and the client closes; what comes after that it answers with RST:
    10:21:00.456000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 98561:100021, ack 871, win 509, length 1460: HTTP
    10:21:00.456500 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 871, ack 100021, win 501, length 0
    10:21:00.457000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 100021:101481, ack 872, win 509, length 1460: HTTP
    10:21:00.457020 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [R], seq 3017406963, win 0, length 0
No close_notify before the FIN, and no pause: somebody stopped the client, or it stopped itself.)",
     .causes = R"(- A person (Ctrl-C), a job scheduler, a watchdog.
- The client's limit on the whole time (`curl -m`), while the transfer was alive but slow.
- The disk at the client is full; the client wanted the first bytes only.
- In `netstat`: CLOSE_WAIT, the other end has closed and the client's program has not noticed.)",
     .confirm = R"(- The client's log at that second; `df`.
- exit code 130 or 143 is a signal, 23 a failed write, 28 a limit.
- Is the time from start to FIN the same each time? Then it is a limit.)"},
});

}  // namespace

std::span<const Lesson> transfer() { return kLessons; }

}  // namespace misproxy::diagnose::lesson

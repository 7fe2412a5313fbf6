#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/place.hpp"
#include "diagnose/verdict.hpp"
#include "evidence/client_report.hpp"

namespace misproxy::diagnose {

using evidence::Citation;
using Time = std::chrono::nanoseconds;  // since the first packet of its file

/// The two ends of a connection that a client opens: to a proxy, mostly.
enum class End : std::uint8_t { client, proxy };

inline End other(End end) { return end == End::client ? End::proxy : End::client; }

/// One packet that matters: when it was seen, and where it stands.
struct Sight {
  std::optional<Time> at;
  Place where;
};

/// A RST. `stateless`: without ACK and with window 0, as one that has no such connection sends it:
/// a middlebox, or a host whose socket is gone (FACTS.md section 3).
struct ResetSeen {
  End by = End::proxy;
  bool stateless = false;
  std::uint8_t ttl = 0;  // 0: not told
  Sight sight;
};

/// The times at which one piece of data was sent again.
struct Resends {
  std::uint64_t offset = 0;  // in the stream of its sender, from 0
  std::uint32_t length = 0;  // of the first sending
  std::uint32_t last_length = 0;
  std::uint32_t count = 1;  // of sendings
  std::vector<Time> at;     // the first sending, then each repetition; a text may tell no times
  Place first;
  Place last;
};

/// What one end sent. Counts are of payload bytes and of segments with payload, as captured.
struct Flow {
  std::uint64_t bytes = 0;  // distinct bytes: what was sent again counts once
  std::uint64_t segments = 0;
  std::uint32_t largest = 0;               // payload of the largest segment
  std::uint32_t resent = 0;                // segments sent again
  std::uint32_t mss = 0;                   // that this end told in its SYN; 0 where none was seen
  std::optional<Resends> stubborn;         // the piece that was sent again most often
  std::uint64_t acknowledged = 0;          // bytes of this flow that the other end acknowledged
  std::uint32_t largest_acknowledged = 0;  // the largest segment that it has whole: by ACK or SACK
  std::uint32_t largest_missing = 0;       // the largest of the last ones that it has not
  std::optional<Sight> missing;            // that one's first sending
  std::uint64_t last_flight_bytes = 0;     // what this end sent since the other last spoke
  std::uint64_t unacknowledged = 0;        // sent, seen or not, and never acknowledged
  std::uint32_t duplicate_acks = 0;  // of the other end, with SACK: it misses some of this flow
  bool missing_at_end = false;  // the other end's last SACK: a hole in what it has of this flow
  std::uint64_t hole_begin = 0;
  std::uint64_t hole_end = 0;
  std::optional<Place> hole_at;
  std::optional<Time> hole_since;     // when the first SACK told of it
  std::uint64_t lost_in_capture = 0;  // bytes that were acknowledged but never captured
  std::uint64_t unseen = 0;           // bytes that a capture lacks, though it has later ones
  std::uint32_t zero_windows = 0;     // sent by this end: it takes no more
  bool window_closed_at_end = false;
  std::optional<Sight> zero_window;
  std::uint32_t vain_probes = 0;  // keep-alive, of this end; nothing of the other came behind them
  std::optional<Sight> first_probe, last_probe;
  std::optional<Sight> first_large;  // the first segment of 1,000 bytes or more
  std::uint32_t last_segment = 0;    // payload of the last new segment
  Time longest_pause{0};             // between two of its new segments, while the other was silent
  bool lost_before_us = false;       // the other end's SACK told of segments lost on the way to it
  std::optional<Sight> first_payload;
  std::optional<Sight> last_payload;  // new data, not sent again
  std::optional<Sight> fin;
};

/// A CONNECT, or another request that can be read on the wire or in a log.
struct RequestSeen {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::uint32_t bytes = 0;  // of the head; 0 where not told
  bool whole = true;        // false: the evidence has the beginning of the head only
  Sight sight;
};

/// An answer that can be read.
struct ResponseSeen {
  int status = 0;
  std::string version;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;           // its beginning, as far as it was kept: up to 512 bytes
  bool whole = true;          // false: the head did not end
  bool end_untold = false;    // a text shows its first line, and how many bytes came with that
  std::optional<Time> after;  // since the request
  Sight sight;
};

constexpr std::string_view kUntold = "(not told)";

/// A TLS alert in the clear, or as a log tells it. Source: RFC 8446 section 6.
struct AlertSeen {
  End by = End::proxy;   // End::proxy: came through the proxy
  int level = 0;         // 1 warning, 2 fatal; 0 not told
  int description = -1;  // -1: encrypted
  std::string name;
  Sight sight;
};

/// TLS as far as it shows.
struct TlsSeen {
  std::optional<Sight> client_hello;
  std::uint32_t client_hello_bytes = 0;  // with its record header
  std::string server_name;               // SNI
  std::optional<Sight> server_hello;
  std::optional<Sight> certificate;  // TLS 1.2, or a log's
  std::optional<Sight> finished;     // the client's: its handshake is over
  std::optional<Sight> asks_client;  // CertificateRequest: TLS 1.2, or a log's
  std::optional<Sight> client_data;  // application data behind the handshake
  std::optional<Sight> server_data;
  bool version13 = false;
  bool told_done = false;                // a log says that the handshake is over
  bool guessed = false;                  // from sizes alone: the evidence has no bytes of it
  std::optional<Sight> server_finished;  // of TLS 1.2, where the server's is the last word
  bool client_closed = false;            // its last record looked like a close_notify
  bool server_closed = false;
  bool server_record_open = false;       // the last record from the proxy's side is not whole
  std::uint32_t server_last_record = 0;  // its size, without header
  /// Plaintext of the server's records since the client's last; none where the cipher does not
  /// tell.
  std::optional<std::uint64_t> server_plain_bytes;
  /// Bytes of the server's stream since the client's last data, headers and what was not seen of it
  /// included: no more plaintext than that can have come.
  std::uint64_t server_stream_bytes = 0;
  /// Of the whole stream, from the client's first data on: in HTTP/2 a client says more than
  /// requests.
  std::uint64_t server_all_bytes = 0;
  std::vector<AlertSeen> alerts;
  std::optional<Sight> not_tls;  // what answered the ClientHello is no TLS
  std::string not_tls_text;      // its beginning
  std::string verify_error;      // a log's words
  std::string issuer;
  std::string subject;
  std::optional<Citation> verify_error_at;
};

/// A segment with new payload.
struct Spoken {
  End by = End::client;
  std::uint32_t length = 0;
};

/// What one end sent before the other said anything.
struct Flight {
  End by = End::client;
  std::uint64_t bytes = 0;
  std::uint32_t segments = 0;
  std::uint32_t first = 0;  // bytes of its first segment
  std::optional<Time> begin;
  std::optional<Time> end;
  Place where;  // of its first packet
};

/// ICMP that quotes a packet of the connection.
struct IcmpSeen {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t mtu = 0;
  End about = End::client;  // who had sent the packet that could not go on
  std::string from;
  Sight sight;
};

/// How a client's log says that a connection ended.
enum class Complaint : std::uint8_t {
  none,
  refused,
  unreachable,
  timed_out,
  reset,
  closed,  // where an answer was due
  truncated,
  too_slow,
  interrupted,
  redirects,  // more of them than it follows
  other,
};

constexpr std::size_t kMostEarlier = 16;  // answers that are kept before the last

/// One connection, as all evidence together tells of it. What the evidence does not show is absent.
struct Connection {
  std::size_t order = 0;  // in which the connections of its file began
  std::string name;       // `10.40.40.1:48584 > 10.10.10.1:80`
  std::string file;       // that shows its packets
  std::string client;     // host, without port; empty where not told
  std::string server;
  std::uint16_t server_port = 0;
  std::uint16_t client_port = 0;
  bool on_wire = false;
  bool in_log = false;
  bool upstream = false;  // the proxy's own: it began while a CONNECT for that port waited

  // TCP, from packets
  std::optional<Sight> syn;
  std::vector<Time> syn_times;
  std::optional<Sight> syn_ack;
  std::uint32_t syn_acks = 0;
  bool established = false;      // data or an ACK went behind the handshake, or a log says so
  bool sizes_only = false;       // a text without flags and numbers: tcpdump -q
  bool from_the_middle = false;  // no SYN: the capture began later
  bool from_proxy_after_client_close = false;  // data was still under way
  /// Between the last payload, other than a close_notify, and the first FIN or RST.
  std::optional<Time> pause_before_close;
  std::optional<End> last_speaker;  // of new payload, before the first FIN or RST
  /// The last segments with new payload before that, the newest first.
  std::array<std::optional<Spoken>, 4> last_words;
  bool notified_before_close = false;  // who closed first said a close_notify, by its size
  bool closed_on_notify = false;       // who closed first did so because the other had said one
  /// How long nothing was said before the client's last flight.
  std::optional<Time> pause_before_last_request;
  bool cut_packets = false;  // the capture kept only the beginning of packets
  /// Its evidence was cut off before its end: a broken file, or a run that a limit stopped.
  bool broken_off = false;
  Flow from_client;
  Flow from_proxy;
  std::vector<Flight> flights;  // the first 16
  std::vector<ResetSeen> resets;
  std::vector<IcmpSeen> icmp;
  std::optional<Time> begin;        // of its first packet
  std::optional<Time> end;          // of its last
  std::optional<Time> capture_end;  // of the file's last packet: silence may have lasted until then

  bool guessed = false;  // what follows is told by sizes alone, where it is told at all

  // HTTP to the proxy
  std::optional<RequestSeen> connect;
  std::optional<ResponseSeen> reply;
  std::vector<ResponseSeen> earlier_replies;
  std::string not_http;  // the beginning of an answer that is no HTTP
  std::optional<Sight> not_http_at;
  bool tls_to_proxy = false;  // a ClientHello where a CONNECT was due

  /// The tunnel carries another protocol than TLS, which nobody has offered there: the first line
  /// of what came first.
  std::string carries;
  std::optional<Sight> carries_at;
  TlsSeen tls;

  // inside the tunnel, where it shows: decrypted, or told by a log
  std::optional<RequestSeen> request;
  std::optional<ResponseSeen> response;
  std::vector<ResponseSeen> earlier_responses;
  std::optional<std::uint64_t> body_received;
  std::optional<std::uint64_t> body_expected;
  bool body_is_bound = false;       // `body_received` is at most so many: some was not seen
  bool last_chunk_missing = false;  // of a response in chunks that can be read
  bool body_end_hidden = false;     // it says no length, and its last bytes do not show

  /// What can be told of the last response's body says that it is whole, or that it is not.
  bool body_is_whole() const {
    return body_expected && body_received && *body_received >= *body_expected;
  }
  bool body_is_short() const {
    return last_chunk_missing ||
           (body_expected && body_received && *body_received < *body_expected);
  }

  // what a client's log says of its end
  std::optional<evidence::Told<std::string>> failed;   // to connect, in its words
  std::optional<evidence::Told<std::string>> problem;  // its last complaint
  Complaint complaint = Complaint::none;
  bool report_ok = false;      // the client ended with exit code 0
  bool told_in_part = false;   // its log breaks off, or ends with a code that nothing explains
  bool may_be_direct = false;  // no word of its log says that the server is a proxy

  const Flow& flow(End of) const { return of == End::client ? from_client : from_proxy; }
  Flow& flow(End of) { return of == End::client ? from_client : from_proxy; }
};

/// What `Connection::carries` says of HTTP/2 without TLS.
constexpr std::string_view kClearHttp2 = "HTTP/2 in clear text";

/// A name whose addresses were asked for, whichever family.
struct LookupSeen {
  std::string name;           // in lower case
  int rcode = -1;             // -1: no answer; 0 where one of the answers was no error
  std::uint32_t answers = 0;  // records in all of them
  std::uint32_t queries = 0;
  Citation where;  // of the answer, or of the first query

  /// A look-up that came to nothing, though others of the name found it.
  struct Vain {
    int rcode = -1;  // as above
    /// Whoever asked can only have given up: the question was repeated, or is answered for good.
    bool final = false;
    std::optional<Time> until;  // the next one was begun so much later; nothing where none was
    Citation where;
  };
  std::optional<Vain> vain;  // the first; a final one before any other
  std::uint32_t vains = 0;

  /// The longest that a connection waited for.
  struct Wait {
    Time lasted{};
    bool half = false;  // A or AAAA was never answered
    Citation where;     // of the first question
  };
  std::optional<Wait> wait;
  bool led = false;  // connections were made to an address that was found
};

/// A connection of which no more could be told: only the verdict is kept.
struct Settled {
  std::size_t order = 0;  // as `Connection` has it
  Verdict verdict;
};

/// All that the evidence of one incident shows. Source of each part: `evidence/`.
struct Observations {
  std::deque<Connection> connections;  // in the order in which they began
  std::vector<Settled> settled;        // those that are not among them; of one capture alone
  std::vector<LookupSeen> lookups;
  std::vector<evidence::ClientReport> reports;
  std::vector<evidence::ProxySettings> settings;
  std::vector<evidence::SocketRow> sockets;
  std::uint64_t packets = 0;
  std::uint64_t skipped_packets = 0;  // neither TCP nor ICMP nor DNS
  std::vector<std::string> remarks;   // on the evidence itself: cut packets, a broken end
};

}  // namespace misproxy::diagnose

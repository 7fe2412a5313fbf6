#include "diagnose/track.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/guess.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::WirePacket;

constexpr std::uint32_t kLargeSegment = 1000;
constexpr std::size_t kMostFlights = 16;
constexpr std::size_t kMostSynTimes = 32;
constexpr Time kAtOnce = std::chrono::milliseconds(200);
constexpr std::uint32_t kLargestNotify =
    64;                                // a TLS record with a close_notify, whatever the cipher
constexpr std::size_t kMostKept = 16;  // of RSTs and of ICMP messages

/// OpenSSL's and GnuTLS's close_notify, of TLS 1.3 and 1.2: all that a text of sizes tells.
bool is_usual_notify(std::uint32_t length) { return length == 24 || length == 31 || length == 26; }

}  // namespace

bool sent_by_client(const WirePacket& packet) {
  if (packet.syn) return !packet.has_ack;
  const auto from = packet.source.port;
  const auto to = packet.destination.port;
  if ((from < 1024) != (to < 1024)) return to < 1024;
  constexpr std::array<std::uint16_t, 8> kProxies{3128, 8080, 8888, 8000, 8081, 8118, 9090, 8443};
  for (const auto port : kProxies) {
    if ((from == port) != (to == port)) return to == port;
  }
  return from >= to;
}

Track::Track(Connection& connection, const WirePacket& first, const evidence::Names& names)
    : connection_(connection),
      dialogue_(connection_),
      client_stream_(connection_.from_client),
      proxy_stream_(connection_.from_proxy) {
  const bool forth = sent_by_client(first);
  client_ = forth ? first.source : first.destination;
  server_ = forth ? first.destination : first.source;
  connection_.name = fmt::format("{} > {}", names.text(client_), names.text(server_));
  connection_.client = names.text(client_.host);
  connection_.client_port = client_.port;
  connection_.server = names.text(server_.host);
  connection_.server_port = server_.port;
  connection_.on_wire = true;
  connection_.sizes_only = !first.syn && !first.rst && !first.has_ack && !first.seq;
  connection_.from_the_middle = !first.syn && !first.rst && !connection_.sizes_only;
}

End Track::sender(const WirePacket& packet) const {
  return packet.source == client_ ? End::client : End::proxy;
}

bool Track::is_reused_by(const WirePacket& packet) const {
  if (!packet.syn || packet.has_ack || !packet.seq) return false;
  const bool over = connection_.from_client.fin || connection_.from_proxy.fin ||
                    !connection_.resets.empty() || connection_.established;
  return over && (!connection_.syn || *packet.seq != client_syn_);
}

void Track::take(const Moment& now) {
  const auto& packet = *now.packet;
  const auto from = sender(packet);
  connection_.sizes_only = connection_.sizes_only && !packet.has_ack && !packet.seq;
  if (connection_.sizes_only && from == End::proxy) connection_.established = true;
  if (!connection_.begin) connection_.begin = now.at;
  connection_.end = now.at;
  if (twins_[from == End::client ? 0 : 1].has(packet)) return;
  dialogue_.at(now);
  probe(now, from);
  if (packet.syn) syn(now, from);
  if (packet.syn && packet.length == 0) return;  // else TCP Fast Open, RFC 7413
  if (packet.rst) return reset(now, from);
  if (from == End::client && packet.has_ack && connection_.syn_ack) connection_.established = true;
  auto& own = connection_.flow(from);
  if (packet.has_ack)
    stream(other(from)).acknowledged(packet, *now.file, now.at, dialogue_.sink(other(from)));
  if (packet.window) window(now, from);
  if (packet.length > 0) payload(now, from);
  if (packet.fin && !own.fin) {
    own.fin = now.sight();
    close(now, from);
    over_ = over_ || connection_.flow(other(from)).fin;
  }
}

/// Keep-alive: nothing, of the number before the next (RFC 9293 section 3.8.4).
void Track::probe(const Moment& now, End from) {
  const auto& packet = *now.packet;
  connection_.flow(other(from)).vain_probes = 0;
  const bool bare = packet.length == 0 && !packet.syn && !packet.rst && !packet.fin && packet.seq;
  if (!bare || !stream(from).ends_behind(*packet.seq)) return;
  auto& own = connection_.flow(from);
  if (own.vain_probes++ == 0) own.first_probe = now.sight();
  own.last_probe = now.sight();
}

/// The client has said its close_notify, and the proxy answers it, with its own in front or not.
/// How long nothing had been said before.
std::optional<Time> Track::pause_before_answered_notify(const Moment& now, End from,
                                                        Time since) const {
  const bool could = from == End::proxy && !now.packet->rst && connection_.tls.client_closed;
  if (!could || since >= kAtOnce) return std::nullopt;
  const auto is_notify = [](const std::optional<Spoken>& each, End by) {
    return each && each->by == by && each->length <= kLargestNotify;
  };
  const auto& words = connection_.last_words;
  if (is_notify(words[0], End::client)) return last_pause_;
  const bool both = connection_.tls.server_closed && is_notify(words[0], End::proxy) &&
                    is_notify(words[1], End::client) && last_pause_ < kAtOnce;
  return both ? std::optional(earlier_pause_) : std::nullopt;
}

/// What the closing end said last may have been its close_notify, or the other's: the pause before
/// that counts.
void Track::close(const Moment& now, End from) {
  if (closed_) return;
  closed_ = true;
  if (!now.at || !last_payload_at_) return;
  const auto since = *now.at - *last_payload_at_;
  const auto& tls = connection_.tls;
  const bool reads_so = (from == End::client ? tls.client_closed : tls.server_closed) ||
                        (now.file->text && is_usual_notify(connection_.flow(from).last_segment));
  const bool notified = connection_.last_speaker == from && (since < kAtOnce || reads_so) &&
                        connection_.flow(from).last_segment <= kLargestNotify;
  connection_.notified_before_close = notified;
  connection_.pause_before_close = notified ? last_pause_ : since;
  const auto before = pause_before_answered_notify(now, from, since);
  connection_.closed_on_notify = before.has_value();
  if (before) connection_.pause_before_close = before;
}

void Track::syn(const Moment& now, End from) {
  const auto& packet = *now.packet;
  if (packet.seq) stream(from).syn(*packet.seq, now.file->text);
  if (packet.mss) connection_.flow(from).mss = *packet.mss;
  if (packet.has_ack) {
    ++connection_.syn_acks;
    if (!connection_.syn_ack) connection_.syn_ack = now.sight();
    return;
  }
  client_syn_ = packet.seq.value_or(0);
  if (!connection_.syn) connection_.syn = now.sight();
  if (now.at && connection_.syn_times.size() < kMostSynTimes)
    connection_.syn_times.push_back(*now.at);
}

void Track::payload(const Moment& now, End from) {
  const auto& packet = *now.packet;
  connection_.established = true;
  connection_.cut_packets =
      connection_.cut_packets || (!now.file->text && packet.payload.size() < packet.length);
  auto& own = connection_.flow(from);
  if (!own.first_payload) own.first_payload = now.sight();
  if (packet.length >= kLargeSegment && !own.first_large) own.first_large = now.sight();
  const bool fresh = stream(from).segment(packet, *now.file, now.at, dialogue_.sink(from));
  if (!fresh) return;
  note_flight(now, from);
  note_last(now, from);
}

void Track::note_flight(const Moment& now, End from) {
  auto& flights = connection_.flights;
  if (flights_full_) return;
  if (flights.empty() || flights.back().by != from) {
    flights_full_ = flights.size() == kMostFlights;
    if (flights_full_) return;
    // Only where bytes are missing does anybody ask where a flight stands: a text.
    flights.push_back({from, 0, 0, now.packet->length, now.at, now.at,
                       now.file->text ? now.file->cite(*now.packet) : Place{}});
  }
  flights.back().bytes += now.packet->length;
  ++flights.back().segments;
  flights.back().end = now.at;
}

/// Some clients say user_canceled in front of their close_notify: Java's.
bool Track::is_another_last_word(const Moment& now, End from, Time pause) const {
  const auto& before = connection_.last_words.front();
  return before && before->by == from && before->length <= kLargestNotify &&
         now.packet->length == before->length && pause < kAtOnce;
}

/// Who said what last, until the first FIN or RST: behind it only a close_notify is due.
void Track::note_last(const Moment& now, End from) {
  if (closed_) {
    const bool more = from == End::proxy && now.packet->length > kLargestNotify;
    connection_.from_proxy_after_client_close = connection_.from_proxy_after_client_close || more;
    return;
  }
  auto& own = connection_.flow(from);
  own.last_segment = now.packet->length;
  if (now.at && last_payload_at_) {
    const auto pause = *now.at - *last_payload_at_;
    const bool another = is_another_last_word(now, from, pause);
    if (!another) earlier_pause_ = last_pause_;
    last_pause_ = another ? last_pause_ + pause : pause;
    if (connection_.last_speaker == from)
      own.longest_pause = std::max(own.longest_pause, pause);
    else if (from == End::client)
      connection_.pause_before_last_request = pause;
  }
  if (now.at) last_payload_at_ = now.at;
  own.last_flight_bytes = connection_.last_speaker == from
                              ? own.last_flight_bytes + now.packet->length
                              : now.packet->length;
  connection_.last_speaker = from;
  auto& words = connection_.last_words;
  std::move_backward(words.begin(), words.end() - 1, words.end());
  words.front() = {from, now.packet->length};
}

void Track::window(const Moment& now, End from) {
  auto& own = connection_.flow(from);
  own.window_closed_at_end = *now.packet->window == 0;
  if (!own.window_closed_at_end) return;
  ++own.zero_windows;
  if (!own.zero_window) own.zero_window = now.sight();
}

void Track::reset(const Moment& now, End from) {
  if (connection_.resets.size() == kMostKept) return;
  const auto& packet = *now.packet;
  over_ = true;
  close(now, from);
  const bool stateless = !packet.has_ack && packet.window.value_or(0) == 0;
  connection_.resets.push_back({from, stateless, packet.ttl, now.sight()});
}

void Track::icmp(const Moment& now) {
  if (connection_.icmp.size() == kMostKept) return;
  const auto& packet = *now.packet;
  const bool source_told = packet.quoted_source.host.family != evidence::HostId::Family::none;
  const auto about = (source_told ? packet.quoted_source.host == client_.host
                                  : packet.quoted_destination.host == server_.host)
                         ? End::client
                         : End::proxy;
  connection_.icmp.push_back({packet.icmp_type, packet.icmp_code, packet.next_hop_mtu, about,
                              now.file->names->text(packet.source.host), now.sight()});
}

void Track::waits_in_vain(Citation where) {
  if (connection_.complaint != Complaint::none) return;
  connection_.complaint = Complaint::timed_out;
  connection_.problem = {where.quote, where};
}

bool Track::concerns(const WirePacket& icmp) const {
  const auto& host = icmp.quoted_destination.host;
  return host.family != evidence::HostId::Family::none &&
         (host == server_.host || host == client_.host);
}

void Track::finish(const PacketFile& file) {
  dialogue_.finish();
  connection_.tls.server_stream_bytes += proxy_stream_.undelivered();
  client_stream_.finish(file);
  proxy_stream_.finish(file);
  connection_.file = file.name;
  guess_from_sizes(connection_);
}

}  // namespace misproxy::diagnose

#pragma once

#include <optional>
#include <string>
#include <utility>

#include "diagnose/observations.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose {

// What several rules ask of a connection: each a question that the observations answer.

/// A pause of this length is one that a person or a time limit notices.
constexpr Time kLongPause = std::chrono::seconds(2);

/// Which of two sights of one file came first: by their times, for packets may stand out of their
/// order; of a text, which may tell none, by their lines.
using SightOrder = std::pair<Time, std::uint64_t>;
SightOrder order_of(const Sight& sight);

/// Of a text, which may tell no time.
Sight sight_of(const Citation& where);

bool tunnel_is_up(const Connection& connection);
/// The same, or the evidence cannot tell: it holds no HTTP heads, or begins behind them.
bool tunnel_is_up_or_guessed(const Connection& connection);
/// TLS is over with its handshake, as far as it shows.
bool handshake_is_done(const Connection& connection);
/// The RST that ended the connection before either end had closed it, by this end.
const ResetSeen* first_reset(const Connection& connection, End by);
/// This end was the first to close, with FIN or RST.
bool closed_first(const Connection& connection, End end);
/// Either end has.
bool is_closed(const Connection& connection);
/// When the first FIN or RST was seen.
std::optional<Time> close_time(const Connection& connection);
/// From the last payload of either end to the first FIN or RST, or to the end of the evidence.
std::optional<Time> final_silence(const Connection& connection);
/// Who sent the last new payload but for a close_notify, before the first FIN or RST.
std::optional<End> last_real_speaker(const Connection& connection);
/// `2.04 s`, `350 ms`.
std::string duration_text(Time time);
/// `host unreachable`, `time exceeded`. Source: RFC 792, RFC 1812 section 5.2.7.1.
std::string_view icmp_text(const IcmpSeen& icmp);
/// `403 Forbidden`.
std::string reason_text(const ResponseSeen& reply);
/// `1 byte`, `1,440 bytes`.
std::string bytes_text(std::uint64_t count);
/// How much of a body came: `1,440 bytes of 300,000 bytes`; as far as it is known.
std::string received_text(const Connection& connection);
/// A body is this long, and nobody read how much of it came: more than the stream had in all did
/// not. Only of HTTP/1.1, where nothing comes between.
void bound_body(Connection& connection, std::uint64_t length);

/// A verdict of this id, for this connection, with what its lesson says.
Verdict verdict(std::string_view id, const Connection& connection, std::string headline);
/// Adds citations, as far as they are there.
void cite(Verdict& verdict, const std::optional<Sight>& sight);
void cite(Verdict& verdict, const std::optional<Citation>& citation);
void cite(Verdict& verdict, const Citation& citation);
void cite(Verdict& verdict, const Place& place);
void cite(Verdict& verdict, const std::optional<Place>& place);

}  // namespace misproxy::diagnose

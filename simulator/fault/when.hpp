#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/network_prefix.hpp"
#include "core/number_set.hpp"
#include "fault/points.hpp"
#include "fault/segment_trigger.hpp"

namespace misproxy {

/// Content types of a TLS record. Source: RFC 8446 section 5.1.
enum class RecordType { change_cipher_spec, alert, handshake, application_data };

template <>
struct WordsOf<RecordType> {
  static constexpr std::array<std::string_view, 4> words{"change_cipher_spec", "alert", "handshake",
                                                         "application_data"};
};

/// Handshake messages that stand in clear text, in TLS 1.2 or 1.3. Source: RFC 5246 section 7.4.
enum class HandshakeMessage {
  client_hello,
  server_hello,
  certificate,
  server_key_exchange,
  server_hello_done,
  client_key_exchange,
};

template <>
struct WordsOf<HandshakeMessage> {
  static constexpr std::array<std::string_view, 6> words{
      "client_hello",        "server_hello",      "certificate",
      "server_key_exchange", "server_hello_done", "client_key_exchange"};
};

/// A TLS record in one direction of the tunnel. All that is given must hold.
///
/// Units:  `over_bytes` counts the record with its five header bytes, as announced in the header;
///         `ordinal` counts, from 1, the records for which the rest holds; `handshake` is the
///         message that the record begins with.
struct RecordTrigger {
  std::optional<RecordType> type;
  std::optional<HandshakeMessage> handshake;
  std::optional<std::int64_t> over_bytes;
  std::optional<std::int64_t> ordinal;

  static constexpr std::array kHelps{
      KeyHelp{"type", "its content type"},
      KeyHelp{"handshake", "the message in clear text that it begins with"},
      KeyHelp{"over_bytes", "larger than that, its five header bytes counted"},
      KeyHelp{"ordinal", "the nth of those for which the rest holds"},
  };

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("type", type);
    v.optional("handshake", handshake);
    v.optional("over_bytes", over_bytes, Range{0, 65'540});
    v.optional("ordinal", ordinal, Range{1});
    v.check_together("handshake", !handshake || !type || *type == RecordType::handshake,
                     "a handshake message stands in a record of type `handshake`");
  }
};

/// The type of record that a question to a resolver is for. Source: RFC 1035 section 3.2.2, RFC
/// 3596.
enum class RecordAsked { A, AAAA };

template <>
struct WordsOf<RecordAsked> {
  static constexpr std::array<std::string_view, 2> words{"A", "AAAA"};
};

/// When a fault acts: every condition given must hold, and the connection be at `point`.
///
/// Units:  `host`, `path`: a name or a glob, matched with the request's host, and with the target's
///         path without its query, which no CONNECT has; `method`: the request's, inside TLS where
///         the point is.
///         `connection` counts the client's connections from 1, `attempt` those CONNECTs that name
///         the same host: each a number, a range or a list (core/number_set.hpp), and so `request`,
///         which counts the requests of a connection, or those of one inside TLS. `credentials`: a
///         glob over the scheme of Proxy-Authorization, of Authorization inside TLS, `none`
///         without. Where the proxy asks for credentials, the CONNECTs without any are counted by
///         themselves, and one that is repeated on its connection behind a 407 is no new attempt.
///         `client`: an address or a prefix of it. `times`: how often in the whole run, from the
///         first on. `chance` above 0 to 1, drawn from the seed by fault, host and attempt.
///         `status` and `header` (a glob over `Name: value`) of a response. `after_ms` since the
///         point: in the tunnel and the inner response all goes on meanwhile, elsewhere the
///         connection waits. `idle_ms`: at `idle`, for how long nothing has passed. `offset_bytes`,
///         acts once that many bytes have passed: of the reply, of the inner request or response
///         (head and body; in HTTP/2 the body alone), or in the tunnel in `direction`. In an inner
///         request, where `method` or `path` is asked for, not before its head has come. In the
///         tunnel also `flight_over_bytes`, acts as soon as one side has sent more than that before
///         the other says anything, the bytes up to the limit having passed; `record`, acts before
///         the first byte of that record passes. None: at the start. In the inner response
///         `body_offset_bytes`, acts once that many body bytes have been sent. On the path:
///         `segment`, or else every segment of the client's leg; `chance` is drawn for each.
///         At `lookup` `host` is the name that is asked for; `question` the type of record, and
///         `attempt` counts the questions for that name and type, `chance` is drawn for each.
struct When {
  static constexpr Point kLastPoint = Point::lookup;  // no fault can act at those behind it
  static constexpr std::int64_t kMostMs = 24LL * 3600 * 1000;

  Point point = Point::accept;
  std::optional<std::string> host;
  std::optional<std::string> method;
  std::optional<std::string> path;
  std::optional<NumberSet> connection;
  std::optional<NumberSet> attempt;
  std::optional<NumberSet> request;
  std::optional<std::string> credentials;
  std::optional<std::string> client;
  std::optional<std::int64_t> times;
  std::optional<double> chance;
  std::optional<NumberSet> status;
  std::optional<std::string> header;
  std::optional<Milliseconds> after_ms;
  std::optional<Milliseconds> idle_ms;
  std::optional<Direction> direction;
  std::optional<std::int64_t> offset_bytes;
  std::optional<std::int64_t> flight_over_bytes;
  std::optional<RecordTrigger> record;
  std::optional<std::int64_t> body_offset_bytes;
  std::optional<SegmentTrigger> segment;
  std::optional<RecordAsked> question;

  static constexpr std::array kHelps{
      KeyHelp{"point", "where in the life of a connection"},
      KeyHelp{"host", "a name or a glob over the CONNECT's host"},
      KeyHelp{"method", "a glob over the request's method, inside TLS where the point is"},
      KeyHelp{"path", "a glob over the path of a request that has one: no CONNECT has"},
      KeyHelp{"connection", "the client's nth connection, or several"},
      KeyHelp{"attempt", "the nth CONNECT that names the same host, or several"},
      KeyHelp{"request", "the nth request of its connection, or several"},
      KeyHelp{"credentials", "a glob over the scheme of the request's credentials, or `none`"},
      KeyHelp{"client", "the client's address, or a prefix of it"},
      KeyHelp{"times", "how often in the whole run, from the first on"},
      KeyHelp{"chance", "drawn from the seed by fault, host and attempt"},
      KeyHelp{"status", "of a response inside TLS"},
      KeyHelp{"header", "a glob over `Name: value` of a response inside TLS"},
      KeyHelp{"after_ms", "so long after the point"},
      KeyHelp{"idle_ms", "at `idle`: for how long nothing has passed"},
      KeyHelp{"direction", "the way that bytes or segments take, or on which one side has ended"},
      KeyHelp{"offset_bytes", "once that many bytes of the stream have passed"},
      KeyHelp{
          "flight_over_bytes",
          "in the tunnel: once one side has sent more than that before the other says anything"},
      KeyHelp{"record", "in the tunnel: before a TLS record for which all holds that is given"},
      KeyHelp{"body_offset_bytes", "in a response inside TLS: once that many body bytes are sent"},
      KeyHelp{"segment", "on the path: segments for which all holds that is given"},
      KeyHelp{"question", "at `lookup`: questions for records of that type"},
  };

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("point", point, Range{0, static_cast<std::int64_t>(kLastPoint)});
    v.optional("host", host);
    v.optional("method", method);
    v.optional("path", path);
    v.optional("connection", connection, Range{1});
    v.optional("attempt", attempt, Range{1});
    v.optional("request", request, Range{1});
    v.optional("credentials", credentials);
    v.optional("client", client);
    v.optional("times", times, Range{1});
    v.fraction("chance", chance);
    v.optional("status", status, Range{100, 999});
    v.optional("header", header);
    v.optional("after_ms", after_ms, Range{1, kMostMs});
    v.optional("idle_ms", idle_ms, Range{1, kMostMs});
    visit_place(v);
    check_place(v);
    check_known(v);
  }

  /// A place among the bytes of a stream is named.
  bool at_byte() const { return offset_bytes || flight_over_bytes || record || body_offset_bytes; }

 private:
  const PointRow& row() const { return row_of(point); }
  bool at_lookup() const { return point == Point::lookup; }
  bool in_tunnel() const { return point == Point::tunnel; }
  int places() const {
    return int{offset_bytes.has_value()} + int{flight_over_bytes.has_value()} +
           int{record.has_value()} + int{body_offset_bytes.has_value()} + int{after_ms.has_value()};
  }
  /// The last of the keys that name a place, and stand in the file.
  const char* last_place() const {
    if (after_ms) return "after_ms";
    if (body_offset_bytes) return "body_offset_bytes";
    if (record) return "record";
    return flight_over_bytes ? "flight_over_bytes" : "offset_bytes";
  }

  template <class Visitor>
  void visit_place(Visitor& v) {
    v.optional("direction", direction);
    v.optional("offset_bytes", offset_bytes, Range{0});
    v.optional("flight_over_bytes", flight_over_bytes, Range{0});
    v.optional("record", record);
    v.optional("body_offset_bytes", body_offset_bytes, Range{0});
    v.optional("segment", segment);
    v.optional("question", question);
  }

  template <class Visitor>
  void check_place(Visitor& v) const {
    v.check_together("direction", row().has(PointRow::direction),
                     "has a meaning only at point `tunnel`, `close` or `path`");
    v.check_together("segment", point == Point::path, "has a meaning only at point `path`");
    v.check_together("question", at_lookup(), "has a meaning only at point `lookup`");
    v.check_together("offset_bytes", row().has(PointRow::offset),
                     "has a meaning only at point `reply`, `tunnel`, `inner-request` or "
                     "`inner-response`");
    for (const auto* key : {"flight_over_bytes", "record"}) {
      v.check_together(key, in_tunnel(), "has a meaning only at point `tunnel`");
    }
    v.check_together("body_offset_bytes", point == Point::inner_response,
                     "has a meaning only at point `inner-response`");
    v.check_together("after_ms", row().has(PointRow::time),
                     at_lookup() ? "has no meaning at point `lookup`, where `delay` makes the "
                                   "answer late"
                                 : "has no meaning at points `idle`, `close` and `path`");
    v.check_together(last_place(), places() < 2,
                     "one place a fault: `offset_bytes`, `flight_over_bytes`, `record`, "
                     "`body_offset_bytes` or `after_ms`; write a second fault");
    const bool placed = offset_bytes || flight_over_bytes || record;
    v.check_together("point", !in_tunnel() || !placed || direction.has_value(),
                     "a place in the tunnel needs `direction`: `to_origin` or `to_client`");
    v.check_together("point", point != Point::idle || idle_ms.has_value(),
                     "`idle` needs `idle_ms`");
    v.check_together("idle_ms", point == Point::idle, "has a meaning only at point `idle`");
  }

  template <class Visitor>
  void check_known(Visitor& v) const {
    const char* no_host = "at points `accept` and `path` no host is known; `request-head` knows it";
    const bool knows_host = row().has(PointRow::host) || row().has(PointRow::name);
    v.check_together("host", knows_host, no_host);
    v.check_together("attempt", knows_host, no_host);
    v.check_together("connection", !at_lookup(),
                     "has no meaning at point `lookup`, which is before all connections");
    for (const auto* key : {"method", "request", "credentials"}) {
      v.check_together(
          key, row().has(PointRow::host),
          at_lookup()
              ? "at point `lookup` there is no request; `request-head` knows it"
              : "at points `accept` and `path` no request is known; `request-head` knows it");
    }
    v.check_together(
        "path", row().has(PointRow::path),
        at_lookup() ? "at point `lookup` there is no request; `request-head` knows it"
                    : "has no meaning in a tunnel, at `accept` and on the path, where no request "
                      "has one; `inner-request` and `inner-response` know it");
    for (const auto* key : {"status", "header"}) {
      v.check_together(key, row().has(PointRow::status),
                       "has a meaning only at point `inner-response`");
    }
    v.check_together("client", point != Point::path && !at_lookup(),
                     at_lookup() ? "has no meaning at point `lookup`, where there is one client"
                                 : "has no meaning at point `path`, where there is one client");
    v.check("client", !client || NetworkPrefix::parse(*client).has_value(),
            "an address or a prefix such as `10.0.0.0/8`");
    v.check("method", !method || !method->empty(), "a method such as `GET`, or a glob");
    v.check("credentials", !credentials || !credentials->empty(),
            "a scheme such as `NTLM`, a glob, or `none`");
    v.check("path", !path || path->starts_with('/') || path->starts_with('*'),
            "a path from `/` on, or a glob");
  }
};

}  // namespace misproxy

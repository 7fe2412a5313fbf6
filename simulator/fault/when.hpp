#pragma once

#include <optional>
#include <string>

#include "core/fields.hpp"
#include "core/life.hpp"
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

/// When a fault acts: every condition given must hold, and the connection be at `point`.
///
/// Units:  `host` a name or a glob, matched with the CONNECT's host; `connection` counts the
/// client's
///         connections from 1, `attempt` those CONNECTs that name the same host; `chance` above 0
///         to 1, drawn from the seed by fault, host and attempt. In the tunnel, one of:
///         `offset_bytes`, acts once that many bytes have passed in `direction`;
///         `flight_over_bytes`, acts as soon as one side has sent more than that before the other
///         says anything, the bytes up to the limit having passed; `record`, acts before the first
///         byte of that record passes. None: at the start of the tunnel. In the inner response:
///         `body_offset_bytes`, acts once that many body bytes have been sent. On the path:
///         `segment`, or else every segment of the client's leg; `chance` is drawn for each.
struct When {
  static constexpr Point kLastPoint = Point::path;  // no fault can act at those behind it yet

  Point point = Point::accept;
  std::optional<std::string> host;
  std::optional<std::int64_t> connection;
  std::optional<std::int64_t> attempt;
  std::optional<double> chance;
  std::optional<Direction> direction;
  std::optional<std::int64_t> offset_bytes;
  std::optional<std::int64_t> flight_over_bytes;
  std::optional<RecordTrigger> record;
  std::optional<std::int64_t> body_offset_bytes;
  std::optional<SegmentTrigger> segment;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("point", point, Range{0, static_cast<std::int64_t>(kLastPoint)});
    v.optional("host", host);
    v.optional("connection", connection, Range{1});
    v.optional("attempt", attempt, Range{1});
    v.fraction("chance", chance);
    visit_place(v);
    check_host_is_known(v);
  }

 private:
  bool in_tunnel() const { return point == Point::tunnel; }
  bool on_path() const { return point == Point::path; }
  int tunnel_triggers() const {
    return int{offset_bytes.has_value()} + int{flight_over_bytes.has_value()} +
           int{record.has_value()};
  }

  template <class Visitor>
  void visit_place(Visitor& v) {
    v.optional("direction", direction);
    v.optional("offset_bytes", offset_bytes, Range{0});
    v.optional("flight_over_bytes", flight_over_bytes, Range{0});
    v.optional("record", record);
    v.optional("body_offset_bytes", body_offset_bytes, Range{0});
    v.optional("segment", segment);
    v.check_together("direction", in_tunnel() || on_path(),
                     "has a meaning only at point `tunnel` or `path`");
    v.check_together("segment", on_path(), "has a meaning only at point `path`");
    for (const auto* key : {"offset_bytes", "flight_over_bytes", "record"}) {
      v.check_together(key, in_tunnel(), "has a meaning only at point `tunnel`");
    }
    v.check_together("body_offset_bytes", point == Point::inner_response,
                     "has a meaning only at point `inner-response`");
    v.check_together(
        "record", tunnel_triggers() < 2,
        "one of `offset_bytes`, `flight_over_bytes` and `record` a fault; write a second fault");
    v.check_together("flight_over_bytes", record || !(offset_bytes && flight_over_bytes),
                     "one of `offset_bytes` and `flight_over_bytes` a fault; write a second fault");
    v.check_together("point", !in_tunnel() || tunnel_triggers() == 0 || direction.has_value(),
                     "a place in the tunnel needs `direction`: `to_origin` or `to_client`");
  }

  template <class Visitor>
  void check_host_is_known(Visitor& v) const {
    const char* why = "at points `accept` and `path` no host is known; `request-head` knows it";
    const bool known = point != Point::accept && point != Point::path;
    v.check_together("host", known, why);
    v.check_together("attempt", known, why);
  }
};

}  // namespace misproxy

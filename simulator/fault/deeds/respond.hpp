#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Answers in the place of what would have been answered.
///
/// Up to `reply` the proxy answers the CONNECT; at `inner-request` the origin answers the request
/// inside the tunnel. A 2xx to a CONNECT starts the tunnel and a 1xx comes before the real answer
/// (RFC 9110 sections 9.3.6 and 15.2).
///
/// Units:  those of Answer; `body_bytes`, up to 16 MiB, for a body of that size in the place of
///         `body`. Content-Length is added where there is a body and neither it nor
///         Transfer-Encoding is among the headers, and for any final answer but a 2xx to a CONNECT.
///         `reason` is the registry's where it is absent; an empty one is sent empty.
///         `raw` replaces all the rest, and FIN follows, unless it is a 2xx to a CONNECT or
///         `keep_alive` says otherwise.
/// Errors: none; a connection whose headers say `close` ends with FIN after the body.
struct Respond {
  static constexpr std::string_view kWord = "respond";
  static constexpr std::string_view kHelp =
      "answers: a status with headers and a body, or raw bytes, in the place of the real reply";

  Answer answer;
  std::optional<std::int64_t> body_bytes;

  template <class Visitor>
  void visit(Visitor& v) {
    auto& a = answer;
    v.optional("raw", a.raw);
    v.required_unless("raw", "status", a.status, Range{100, 999});
    v.optional("reason", a.reason);
    v.optional("version", a.version);
    v.optional("headers", a.headers);
    v.optional("body", a.body);
    v.optional("body_bytes", body_bytes, Range{0, 16 << 20});
    v.optional("keep_alive", a.keep_alive);
    v.optional("linger_ms", a.linger, Range{1, 60'000});
    v.check("version", a.version == "1.0" || a.version == "1.1", "`version` is \"1.0\" or \"1.1\"");
    v.check("headers", Answer::all_are_fields(a.headers), "each header is one line, `Name: value`");
    v.check_together("body_bytes", a.body.empty(), "one of `body` and `body_bytes`");
    const auto lacking = a.lacks();
    v.warn(a.raw ? "raw" : "status", !lacking, lacking.value_or(""));
    v.check("reason", !a.reason || Answer::is_one_line(*a.reason), "a reason phrase is one line");
  }

  unsigned asks(Point) const { return asks_of({Ask::answer}); }

  Effect effect(Point) const {
    auto sent = answer;
    if (body_bytes) sent.body.assign(static_cast<std::size_t>(*body_bytes), 'x');
    return sent;
  }

  TraceFields told() const {
    TraceFields fields;
    if (!answer.raw) fields.emplace_back("status", answer.status);
    fields.emplace_back("body_bytes", body_bytes.value_or(answer.body_bytes()));
    return fields;
  }
};

}  // namespace misproxy

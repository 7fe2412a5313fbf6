#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/octets.hpp"
#include "core/time.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Answers in the place of what would have been answered.
///
/// At `accept` the proxy speaks unasked, and in the clear; from `request-head` up to `reply` it
/// answers the request; at `inner-request` the origin answers the request inside the tunnel. A 2xx
/// to a CONNECT starts the tunnel and a 1xx comes before the real answer (RFC 9110 sections 9.3.6
/// and 15.2).
///
/// Units:  those of Answer; `body_bytes`, up to 16 MiB, for a body of that size in the place of
///         `body`; `header_bytes`, up to 1 MiB, of header lines more than `headers` has, in
///         `header_lines` of them (1). Content-Length is added where there is a body and neither it
///         nor Transfer-Encoding is among the headers, and for any final answer but a 2xx to a
///         CONNECT. `reason` is the registry's where it is absent; an empty one is sent empty.
///         `raw`, and every byte as `raw_hex` or `raw_base64`, replaces all the rest, and FIN
///         follows, unless it is a 2xx to a CONNECT, or `more`, `keep_alive` or `silent` say
///         otherwise.
/// Errors: none; a connection whose headers say `close` ends with FIN after the body.
struct Respond {
  static constexpr std::string_view kWord = "respond";
  static constexpr std::string_view kHelp =
      "answers: a status with headers and a body, or raw bytes, in the place of the real reply";
  static constexpr OctetKeys kRaw{"raw", "raw_hex", "raw_base64"};

  /// `after_ms` since what was sent before it has passed.
  struct Later {
    Milliseconds after_ms{0};
    Octets octets;

    template <class Visitor>
    void visit(Visitor& v) {
      v.optional("after_ms", after_ms, Range{0, 24LL * 3600 * 1000});
      v.optional("text", octets.text);
      v.required_unless({"text", "base64"}, "hex", octets.hex);
      v.optional("base64", octets.base64);
      octets.check_keys(v);
    }
  };

  Answer answer;
  Octets raw;
  std::vector<Later> more;
  std::optional<bool> silent;
  std::optional<std::int64_t> body_bytes;
  std::optional<std::int64_t> header_bytes;
  std::optional<std::int64_t> header_lines;

  template <class Visitor>
  void visit(Visitor& v) {
    auto& a = answer;
    raw.visit_keys(v, kRaw);
    v.required_unless({"raw", "raw_hex", "raw_base64"}, "status", a.status, Range{100, 999});
    v.optional("reason", a.reason);
    v.optional("version", a.version);
    v.optional("headers", a.headers);
    v.optional("body", a.body);
    v.optional("body_bytes", body_bytes, Range{0, 16 << 20});
    v.optional("more", more);
    v.optional("header_bytes", header_bytes, Range{kLeastLine, 1 << 20});
    v.optional("header_lines", header_lines, Range{1, 1000});
    v.optional("keep_alive", a.keep_alive);
    v.optional("silent", silent);
    v.optional("linger_ms", a.linger, Range{1, 60'000});
    v.check("version", a.version == "1.0" || a.version == "1.1", "`version` is \"1.0\" or \"1.1\"");
    v.check("headers", Answer::all_are_fields(a.headers),
            "each header is `Name: value` in one line, or folded: `Name: value\\r\\n more`");
    v.check_together("body_bytes", a.body.empty(), "one of `body` and `body_bytes`");
    v.check_together("more", more.empty() || raw.given(), "follows what is given as raw bytes");
    v.check_together("header_bytes", !(header_bytes && raw.given()),
                     "raw bytes have no header lines but their own");
    v.check_together("header_lines",
                     !header_lines || header_bytes.value_or(0) / *header_lines >= kLeastLine,
                     "the lines of `header_bytes`, each of 16 bytes or more");
    v.check_together("silent", !silent.value_or(false) || !(a.keep_alive || a.linger),
                     "after silence nothing goes on or ends: no `keep_alive`, no `linger_ms`");
    const auto lacking = sent(false).lacks();
    v.warn(given_key(), !lacking, lacking.value_or(""));
    v.check("reason", !a.reason || Answer::is_one_line(*a.reason), "a reason phrase is one line");
  }

  unsigned asks(Point) const { return asks_of({Ask::answer}); }

  Effect effect(Point) const { return sent(true); }

  TraceFields told() const {
    TraceFields fields;
    const auto all = sent(false);
    if (!all.raw) fields.emplace_back("status", all.status);
    if (header_bytes) fields.emplace_back("header_bytes", *header_bytes);
    fields.emplace_back("body_bytes", body_bytes.value_or(0) + all.body_bytes());
    return fields;
  }

 private:
  static constexpr std::int64_t kLeastLine = 16;
  static constexpr std::string_view kFiller = "X-Filler: ";
  static constexpr std::size_t kLineEnd = 2;

  /// `filled`: with what `body_bytes` and `header_bytes` ask for, which may be megabytes.
  Answer sent(bool filled) const {
    auto all = answer;
    if (raw.given()) all.raw = raw.bytes();
    for (const auto& part : more)
      all.more.push_back({part.after_ms, part.octets.bytes()});
    all.silent = silent.value_or(false);
    if (filled) add_lines(all.headers);
    if (filled && body_bytes) all.body.assign(static_cast<std::size_t>(*body_bytes), 'x');
    return all;
  }

  /// `header_bytes` of them, with the end of each line; the last has what is left over.
  void add_lines(std::vector<std::string>& headers) const {
    const auto lines = header_bytes ? header_lines.value_or(1) : 0;
    for (std::int64_t i = 0; i < lines; ++i) {
      const auto each = *header_bytes / lines + (i + 1 == lines ? *header_bytes % lines : 0);
      std::string line(kFiller);
      line.append(static_cast<std::size_t>(each) - kFiller.size() - kLineEnd, 'x');
      headers.push_back(std::move(line));
    }
  }

  std::string_view given_key() const {
    if (!raw.given()) return "status";
    return raw.text ? kRaw.text : (raw.hex ? kRaw.hex : kRaw.base64);
  }
};

}  // namespace misproxy

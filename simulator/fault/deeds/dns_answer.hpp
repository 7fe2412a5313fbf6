#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"
#include "core/fields.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// The resolver that the client asks gives another answer than the right one.
///
/// Units:  `rcode` is the response code; with `noerror`, its default, `address` is the record of
///         its family, and a question for another type, or an absent `address`, has no record
///         (NODATA). `extended_error` is an INFO-CODE, which goes to who sends EDNS.
/// Errors: none.
/// Source: RFC 1035 section 4.1.1 (RCODE), RFC 2308 section 2.2 (NODATA), RFC 8914 section 4.
struct DnsAnswer {
  static constexpr std::string_view kWord = "dns-answer";
  static constexpr std::string_view kHelp =
      "the client's resolver answers with an error, without a record, or with another address";

  LookupAnswer::Rcode rcode = LookupAnswer::Rcode::noerror;
  std::optional<std::string> address;
  std::optional<std::int64_t> extended_error;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("rcode", rcode);
    v.optional("address", address);
    v.optional("extended_error", extended_error, Range{0, 65'535});
    v.check("address", !address || is_address(*address),
            "an IPv4 or IPv6 address, such as `10.10.10.99`");
    v.check_together("address", rcode == LookupAnswer::Rcode::noerror,
                     "goes with `rcode = \"noerror\"`: an error has no records");
  }

  unsigned asks(Point) const { return asks_of({Ask::question}); }

  Effect effect(Point) const { return LookupAnswer{rcode, address.value_or(""), extended_error}; }

  TraceFields told() const {
    TraceFields fields{{"rcode", std::string(word(rcode))}};
    if (address) fields.emplace_back("address", *address);
    return fields;
  }
};

}  // namespace misproxy

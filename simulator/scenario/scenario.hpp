#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/fields.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "fault/fault.hpp"
#include "scenario/client_settings.hpp"
#include "scenario/expect.hpp"
#include "scenario/network.hpp"

namespace misproxy {

/// What a scenario is and what it is for.
struct About {
  std::string
      id;  // lower case, digits and dashes, none first; by custom the file's name without `.toml`
  std::string title;    // one line, for lists
  std::string teaches;  // a paragraph
  std::string article;  // the section of the article that shows it

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("id", id);
    v.required("title", title);
    v.required("teaches", teaches);
    v.optional("article", article);
    v.check("id", is_id(id),
            "an id has lower-case letters, digits and dashes, 1 to 64 of them, and no dash first");
  }

  static bool is_id(std::string_view text);
};

/// The healthy proxy's limits. Reaching one closes the connection and leaves an event.
///
/// `manner`: as which proxy it speaks where it reports success, or that the origin cannot be had.
/// `listens`: false for a port at which nobody does: connecting is refused.
///
/// Units: `head_limit_bytes` of a request head with its final empty line; `head_timeout_ms` from
/// the connection, or from the last reply, to the end of the next head; `idle_timeout_ms` of a
/// tunnel in which nothing passes.
struct ProxySettings {
  std::int64_t head_limit_bytes = 32'768;
  Milliseconds head_timeout_ms{30'000};
  std::optional<Milliseconds> idle_timeout_ms;
  enum class Manner { rfc, squid, tinyproxy } manner = Manner::rfc;
  bool listens = true;

  static constexpr Milliseconds kIdleTimeout{300'000};

  template <class Visitor>
  void visit(Visitor& v);
};

template <>
struct WordsOf<ProxySettings::Manner> {
  static constexpr std::array<std::string_view, 3> words{"rfc", "squid", "tinyproxy"};
};

template <class Visitor>
void ProxySettings::visit(Visitor& v) {
  v.optional("head_limit_bytes", head_limit_bytes, Range{64, 1'048'576});
  v.optional("head_timeout_ms", head_timeout_ms, Range{1, 24LL * 3600 * 1000});
  v.optional("idle_timeout_ms", idle_timeout_ms, Range{1, 24LL * 3600 * 1000});
  v.optional("manner", manner);
  v.optional("listens", listens);
}

/// A host that the embedded origin plays. `host` may be a glob; the certificate is made for the
/// host that was asked for. `tls` lists the versions that it speaks, "1.2" and "1.3"; `alpn` what
/// it speaks inside, "h2" and "http/1.1", the one that it would rather first: real origins offer
/// both, so that most clients speak HTTP/2 with it. `session_tickets`: how many a client gets for
/// resumption; the worlds with real clients only.
struct OriginSettings {
  std::string host;
  std::int64_t port = 443;
  std::vector<std::string> tls{"1.2", "1.3"};
  std::vector<std::string> alpn{"h2", "http/1.1"};
  std::int64_t session_tickets = 0;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("host", host);
    v.optional("port", port, Range{1, 65'535});
    v.optional("tls", tls);
    v.optional("alpn", alpn);
    v.optional("session_tickets", session_tickets, Range{0, 16});
    v.check("host", is_host_or_glob(host),
            "a host name, an address, or a glob such as `*.cisco.com`");
    v.check("tls", are_tls_versions(tls), "a list of \"1.2\" and \"1.3\", at least one of them");
    v.check("alpn", are_protocols(alpn),
            "a list of \"h2\" and \"http/1.1\", each at most once, at least one of them");
  }

  bool speaks(std::string_view version) const;
  static bool is_host_or_glob(std::string_view text);
  static bool are_tls_versions(const std::vector<std::string>& versions);
  static bool are_protocols(const std::vector<std::string>& names);
};

/// A scenario file, checked whole: one behaviour, and what to expect of it.
struct Scenario {
  static constexpr std::int64_t kSchema = 1;

  About about;
  Network network;
  ProxySettings proxy;
  std::vector<OriginSettings> origins;
  std::vector<Fault> faults;
  ClientSettings client;
  Expect expect;

  template <class Visitor>
  void visit(Visitor& v) {
    std::int64_t schema = kSchema;
    v.required("schema", schema, Range{kSchema, kSchema});
    v.required("about", about);
    v.optional("network", network);
    v.optional("proxy", proxy);
    v.required("origin", origins);
    v.optional("fault", faults);
    v.optional("client", client);
    v.optional("expect", expect);
  }
};

}  // namespace misproxy

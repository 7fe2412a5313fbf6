#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/certificate_kind.hpp"
#include "core/fields.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "scenario/auth_settings.hpp"

namespace misproxy {

/// The healthy proxy's limits. Reaching one closes the connection and leaves an event.
///
/// `manner`: as which proxy it speaks where it reports success, or that the origin cannot be had.
/// `listens`: false for a port at which nobody does: connecting is refused. `auth`: what it asks of
/// its clients; absent, everybody passes. `tls`: clients speak TLS with the proxy itself (an
/// `https://` proxy), and `certificate` says what is wrong with the one that it shows, for its
/// addresses, `localhost` and its name.
///
/// Units: `head_limit_bytes` of a request head with its final empty line; `head_timeout_ms` from
/// the connection, or from the last reply, to the end of the next head; `idle_timeout_ms` of a
/// tunnel in which nothing passes; `connect_timeout_ms` for each address of a real upstream, and to
/// look up its name; `parent_timeout_ms` from the request to a parent proxy to the end of its
/// reply.
struct ProxySettings {
  std::int64_t head_limit_bytes = 32'768;
  Milliseconds head_timeout_ms{30'000};
  std::optional<Milliseconds> idle_timeout_ms;
  Milliseconds connect_timeout_ms{10'000};
  Milliseconds parent_timeout_ms{60'000};
  enum class Manner { rfc, squid, tinyproxy } manner = Manner::rfc;
  bool listens = true;
  std::optional<AuthSettings> auth;
  bool tls = false;
  CertificateKind certificate = CertificateKind::good;

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
  v.optional("connect_timeout_ms", connect_timeout_ms, Range{1, 3600LL * 1000});
  v.optional("parent_timeout_ms", parent_timeout_ms, Range{1, 3600LL * 1000});
  v.optional("manner", manner);
  v.optional("listens", listens);
  v.optional("auth", auth);
  v.optional("tls", tls);
  v.optional("certificate", certificate);
  v.check_together("certificate", tls || certificate == CertificateKind::good,
                   "the proxy shows a certificate only with `tls = true`");
}

}  // namespace misproxy

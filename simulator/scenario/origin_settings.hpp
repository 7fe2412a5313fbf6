#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate_kind.hpp"
#include "core/fields.hpp"
#include "scenario/route_settings.hpp"
#include "scenario/script_settings.hpp"
#include "scenario/upstream_settings.hpp"

namespace misproxy {

/// A host that the embedded origin plays, or a real one where `upstream` says so. `host` may be a
/// glob; the certificate is made for the host that was asked for, and `certificate` says what is
/// wrong with it.
///
/// `tls`: the versions that it speaks, "1.0" to "1.3"; of none, it speaks HTTP/1.1 without TLS, and
/// that alone may be said of a real one, for another port than 80.
/// `ciphers`: the suites. `client_certificate`: whether it asks for one.
/// `alpn`: what it speaks inside TLS, "h2" and "http/1.1", the one that it would rather first: real
/// origins offer both, so that most clients speak HTTP/2 with it. `session_tickets`: how many a
/// client gets for resumption; the worlds with real clients only. `files`: a folder whose files it
/// serves, relative to the scenario's own file. It answers by its `route`s, then from the folder,
/// then as origin/routes.hpp says. With `say` it speaks no HTTP at all, but what that says,
/// within TLS where `tls` is written and names versions, and agrees on no ALPN.
struct OriginSettings {
  std::string host;
  std::int64_t port = 443;
  std::vector<std::string> tls{"1.2", "1.3"};
  std::vector<std::string> alpn{"h2", "http/1.1"};
  std::int64_t session_tickets = 0;
  std::optional<std::string> files;
  std::vector<OriginRoute> routes;
  std::vector<OriginSay> script;
  UpstreamSettings upstream;
  CertificateKind certificate = CertificateKind::good;
  ClientCertificate client_certificate = ClientCertificate::unasked;
  Ciphers ciphers = Ciphers::usual;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("host", host);
    v.optional("port", port, Range{1, 65'535});
    v.optional("tls", tls);
    v.optional("alpn", alpn);
    v.optional("session_tickets", session_tickets, Range{0, 16});
    v.optional("files", files);
    v.optional("route", routes);
    v.optional("say", script);
    upstream.visit(v);
    v.optional("certificate", certificate);
    v.optional("client_certificate", client_certificate);
    v.optional("ciphers", ciphers);
    v.check("host", is_host_or_glob(host),
            "a host name, an address, or a glob such as `*.cisco.com`");
    v.check(
        "tls", are_tls_versions(tls),
        "a list of \"1.0\", \"1.1\", \"1.2\" and \"1.3\"; an empty one for an origin without TLS");
    v.check("alpn", are_protocols(alpn),
            "a list of \"h2\" and \"http/1.1\", each at most once, at least one of them");
    v.check("files", !files || is_path(*files), "a folder, relative to the scenario's own file");
    const auto* http = routes.empty() ? "files" : "route";
    v.check_together(http, script.empty() || (routes.empty() && !files),
                     "an origin has a script (`say`), or speaks HTTP");
  }

  bool speaks(std::string_view version) const;
  /// Its requests are not inside TLS: it has none, or is a real one at the port of plain HTTP.
  bool is_plain() const { return tls.empty() || (upstream.is_real() && port == 80); }
  static bool is_path(std::string_view text);
  static bool is_host_or_glob(std::string_view text);
  static bool are_tls_versions(const std::vector<std::string>& versions);
  static bool are_protocols(const std::vector<std::string>& names);
};

}  // namespace misproxy

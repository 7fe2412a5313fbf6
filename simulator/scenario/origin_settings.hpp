#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "scenario/upstream_settings.hpp"

namespace misproxy {

/// A host that the embedded origin plays, or a real upstream where `upstream` says so. `host` may
/// be a glob; the certificate is made for the host that was asked for. `tls` lists the versions
/// that it speaks, "1.2" and "1.3"; `alpn` what it speaks inside, "h2" and "http/1.1", the one that
/// it would rather first: real origins offer both, so that most clients speak HTTP/2 with it.
/// `session_tickets`: how many a client gets for resumption; the worlds with real clients only.
struct OriginSettings {
  std::string host;
  std::int64_t port = 443;
  std::vector<std::string> tls{"1.2", "1.3"};
  std::vector<std::string> alpn{"h2", "http/1.1"};
  std::int64_t session_tickets = 0;
  UpstreamSettings upstream;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("host", host);
    v.optional("port", port, Range{1, 65'535});
    v.optional("tls", tls);
    v.optional("alpn", alpn);
    v.optional("session_tickets", session_tickets, Range{0, 16});
    upstream.visit(v);
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

}  // namespace misproxy

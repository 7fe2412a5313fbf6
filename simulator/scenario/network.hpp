#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "scenario/tcp_settings.hpp"

namespace misproxy {

/// The way between one host and the router, for the world `virtual`.
///
/// Units: `delay_us` one way; `rate_bytes_per_s` of IP packets, absent for a gigabit; `mtu` of an
/// IP packet, kept by the router in both directions (RFC 1191); `loss` the share of packets that
/// get lost, drawn from the seed; `mss_clamp` rewrites the MSS of SYNs that ask for more.
struct LinkSettings {
  std::int64_t delay_us = 100;
  std::optional<std::int64_t> rate_bytes_per_s;
  std::int64_t mtu = 1500;
  std::optional<double> loss;
  std::optional<std::int64_t> mss_clamp;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("delay_us", delay_us, Range{0, 60'000'000});
    v.optional("rate_bytes_per_s", rate_bytes_per_s, Range{1});
    v.optional("mtu", mtu, Range{68, 65'535});
    v.fraction("loss", loss);
    v.optional("mss_clamp", mss_clamp, Range{48, 65'495});
  }

  /// The Internet's end: a millisecond away.
  static LinkSettings far() {
    LinkSettings link;
    link.delay_us = 1'000;
    return link;
  }
  /// Whether only a world with packets of its own can have such a link.
  bool shapes_packets() const { return mtu != 1500 || loss || mss_clamp; }
};

/// Where the parties stand; the article's addresses unless the file says otherwise.
///
///     client ──client_link── router ──proxy_link── proxy
///                              └──origin_link── origin
///
/// `proxy_name`: the name by which the client knows the proxy; it goes by address where absent.
/// `mtu_probing`: the parties whose kernel has tcp_mtu_probing = 1 (RFC 4821). `client_tcp` and the
/// like: what else a party's kernel is set to. The world `live` has only loopback and leaves the
/// addresses to the captures.
struct Network {
  std::string client = "10.40.40.1";
  std::string proxy = "10.10.10.1:80";
  std::string origin = "72.163.4.161:443";
  std::string proxy_name;
  LinkSettings client_link;
  LinkSettings proxy_link;
  LinkSettings origin_link = LinkSettings::far();
  std::vector<std::string> mtu_probing;
  std::optional<TcpSettings> client_tcp;
  std::optional<TcpSettings> proxy_tcp;
  std::optional<TcpSettings> origin_tcp;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("client", client);
    v.optional("proxy", proxy);
    v.optional("origin", origin);
    v.optional("proxy_name", proxy_name);
    v.optional("client_link", client_link);
    v.optional("proxy_link", proxy_link);
    v.optional("origin_link", origin_link);
    v.optional("mtu_probing", mtu_probing);
    v.optional("client_tcp", client_tcp);
    v.optional("proxy_tcp", proxy_tcp);
    v.optional("origin_tcp", origin_tcp);
    v.check("client", is_ipv4(client), "an IPv4 address, such as `10.40.40.1`");
    v.check("proxy", is_ipv4_and_port(proxy),
            "an IPv4 address and a port, such as `10.10.10.1:80`");
    v.check("origin", is_ipv4_and_port(origin),
            "an IPv4 address and a port, such as `72.163.4.161:443`");
    v.check("proxy_name", is_name(proxy_name), "a host name, such as `proxy.example.com`");
    v.check("mtu_probing", are_parties(mtu_probing), "a list of `client`, `proxy` and `origin`");
  }

  /// Of `client`, `proxy` or `origin`; Linux's own where the file says nothing.
  TcpSettings tcp_of(Party party) const;
  bool probes_mtu(Party party) const;

  static bool is_ipv4(std::string_view text);
  static bool is_ipv4_and_port(std::string_view text);
  static bool is_name(std::string_view text);
  static bool are_parties(const std::vector<std::string>& words);
};

}  // namespace misproxy

#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose::rules {

// One family of failures each, in the order of a connection's life: the first that finds its
// failure names it. They read observations, never a file's form, and never a scenario.

/// The way to the proxy: names, SYN, ICMP.
std::optional<Verdict> reach(const Connection& connection);
/// What the path does to segments: loss, sizes, windows.
std::optional<Verdict> path(const Connection& connection);
/// A 407 that ends its connection is half of a dialogue where `next`, the connection behind it,
/// brings the credentials (RFC 9110 section 11.7.1); it is no failure.
std::optional<Verdict> challenge(const Connection& connection, const Connection* next);
bool is_challenged(const Connection& connection);
/// A client that tries a name's IPv6 address and its IPv4 address (RFC 8305): one that fails where
/// `next`, to the other family, is taken is no failure.
std::optional<Verdict> fallback(const Connection& connection, const Connection* next);
/// The proxy's own connection to an origin, where the capture shows both sides of the proxy.
Verdict upstream(const Connection& connection);
/// A head of the proxy's answer that is larger than the client takes.
std::optional<Verdict> large_head(const Connection& connection);
/// The proxy's answer to the CONNECT, or that none came.
std::optional<Verdict> reply(const Connection& connection);
/// What a proxy is asked: for a tunnel, or to forward.
using Asked = std::optional<RequestSeen>;
/// A proxy that wants credentials, of a CONNECT or of a request that it is to forward.
Verdict credentials(const Connection& connection, const Asked& asked, const ResponseSeen& reply);
/// Of a log's last line alone: how it ended, and not where.
std::optional<Verdict> told_end(const Connection& connection);
/// TLS behind the CONNECT.
std::optional<Verdict> handshake(const Connection& connection);
/// Redirects that lead to no end.
std::optional<Verdict> redirects(const Connection& connection);
/// The same, where each leads to a connection of its own.
std::optional<Verdict> circle(const Observations& seen);
/// The request inside the tunnel, and what becomes of its response.
std::optional<Verdict> transfer(const Connection& connection);
/// What the response says, where it can be read.
std::optional<Verdict> response(const Connection& connection);
/// A capture that lost packets itself proves little of what did not come.
void weigh_gaps(const Connection& connection, Verdict& verdict);
/// TLS with the proxy itself hides the CONNECT and what is behind it.
void weigh_proxy_tls(const Connection& connection, Verdict& verdict);
/// Hosts that are asked directly: where no connection goes to a proxy, one that does not answer is
/// none. `verdicts`: of the connections, in their order.
void weigh_directness(const std::deque<Connection>& connections, std::vector<Verdict>& verdicts);
/// Nothing failed, or nothing can be said.
Verdict healthy(const Connection& connection);
/// A text of sizes alone (tcpdump -q): no flags, no numbers.
Verdict sizes(const Connection& connection);

}  // namespace misproxy::diagnose::rules

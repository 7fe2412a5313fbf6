#pragma once

#include "core/words.hpp"

namespace misproxy {

/// A point in the life of a connection, in the order in which a CONNECT passes them. `idle` is a
/// tunnel in which nothing passes, `close` the moment at which one side of it ends. `path` is where
/// its segments pass the router between the hosts, `lookup` where the client asks its resolver for
/// a name. `run` stands in traces only, for what concerns no connection. fault/points.hpp says what
/// can be done at each.
enum class Point {
  accept,
  request_head,
  auth,
  resolve,
  upstream_connect,
  reply,
  tunnel,
  inner_request,
  inner_response,
  idle,
  close,
  path,
  lookup,
  run,
};

template <>
struct WordsOf<Point> {
  static constexpr std::array<std::string_view, 14> words{
      "accept",           "request-head", "auth",   "resolve",
      "upstream-connect", "reply",        "tunnel", "inner-request",
      "inner-response",   "idle",         "close",  "path",
      "lookup",           "run"};
};

/// The way that bytes take through the proxy.
enum class Direction { to_origin, to_client };

template <>
struct WordsOf<Direction> {
  static constexpr std::array<std::string_view, 2> words{"to_origin", "to_client"};
};

constexpr Direction opposite(Direction direction) {
  return direction == Direction::to_origin ? Direction::to_client : Direction::to_origin;
}

/// Who did what a trace event tells.
enum class Party { client, proxy, origin, router };

template <>
struct WordsOf<Party> {
  static constexpr std::array<std::string_view, 4> words{"client", "proxy", "origin", "router"};
};

/// Why it happened: a fault of the scenario, a party that did what its protocol asks, or the
/// surroundings (network, operating system, a limit of misproxy's own).
enum class Cause { injected, peer, environment };

template <>
struct WordsOf<Cause> {
  static constexpr std::array<std::string_view, 3> words{"injected", "peer", "environment"};
};

/// How one side of a TCP connection ends it. Source: RFC 9293 sections 3.5.2 and 3.6.
enum class Ending { fin, rst };

template <>
struct WordsOf<Ending> {
  static constexpr std::array<std::string_view, 2> words{"fin", "rst"};
};

}  // namespace misproxy

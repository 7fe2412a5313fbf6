#pragma once

#include <utility>

#include "proxy/proxy_session.hpp"

namespace misproxy {

struct ProxySession::Act {
  Instant now;
  ActionList& list;

  template <class A>
  void add(A&& action) {
    list.emplace_back(std::forward<A>(action));
  }
};

/// What the proxy answers. Its headers are measured, for they tell the time and their like.
inline Note reply_note(std::int64_t status, std::string told_fields) {
  return Note(Point::reply, Party::proxy, Cause::peer, "reply")
      .with("status", status)
      .measuring("fields", std::move(told_fields));
}

}  // namespace misproxy

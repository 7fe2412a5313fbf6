#pragma once

#include <utility>

#include "proxy/proxy_session.hpp"

namespace misproxy {

struct ProxySession::Act {
  Instant now;
  ActionList& list;

  template <class A>
  void add(A action) {
    list.emplace_back(std::move(action));
  }
};

}  // namespace misproxy

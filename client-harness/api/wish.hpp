#pragma once

#include <variant>

#include "api/message.hpp"
#include "api/served_proxy.hpp"

namespace misproxy::api {

/// What a request to make a proxy wishes for, or the problem with it.
std::variant<ProxyWish, Response> read_wish(const Request& request);

}  // namespace misproxy::api

#pragma once

#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <vector>

#include "api/operation.hpp"
#include "api/served_proxy.hpp"

namespace misproxy::api {

using Found = std::shared_ptr<ServedProxy>;

/// The proxy that the path names; without it, the problem has been told.
Found find_proxy(Context& context, const std::string& id, const Reply& reply);

/// A handler for one proxy.
template <class Do>
Handler of_proxy(Do act) {
  return [act](Context& context, const Request& request, const Names& names, const Reply& reply) {
    if (auto proxy = find_proxy(context, names.front(), reply))
      act(context, request, proxy, names, reply);
  };
}

/// The same where it takes long, and others shall not wait for it.
template <class Make>
Handler made_from(Make make) {
  return of_proxy([make](Context& context, const Request&, const Found& proxy, const Names&,
                         const Reply& reply) {
    boost::asio::post(context.workers,
                      [make, proxy, reply, &context] { reply(make(context, *proxy)); });
  });
}

}  // namespace misproxy::api

#include "api/operations/of_proxy.hpp"

#include <fmt/format.h>

namespace misproxy::api {

Found find_proxy(Context& context, const std::string& id, const Reply& reply) {
  if (auto found = context.pool.find(id)) return found;
  const auto ids = context.pool.ids();
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  reply(problem(404, "no-such-proxy",
                fmt::format("there is no proxy `{}`{}", id, did_you_mean(id, views))));
  return nullptr;
}

}  // namespace misproxy::api

#include "app/list_clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/say.hpp"
#include "drivers/real_client.hpp"

namespace misproxy::app {
namespace {

std::string json_line(const RealClient& client) {
  const auto* found = find_installed(client);
  return boost::json::serialize(boost::json::object{
             {"client", client.name},
             {"version", found ? boost::json::value(found->version) : boost::json::value(nullptr)},
             {"debian", client.package}}) +
         "\n";
}

}  // namespace

void list_clients(Format format) {
  std::size_t widest = 0;
  for (const auto& client : real_clients())
    widest = std::max(widest, client.name.size());
  for (const auto& client : real_clients()) {
    if (format == Format::json) {
      print(json_line(client));
      continue;
    }
    const auto* found = find_installed(client);
    print(
        fmt::format("{:<{}}  {}\n", client.name, widest,
                    found ? found->version : fmt::format("not here (Debian: {})", client.package)));
  }
}

}  // namespace misproxy::app

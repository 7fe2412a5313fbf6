// What is left of proxies that were deleted: nothing.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/api.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

/// Makes and deletes so many, one after the other, on one connection.
constexpr auto kMakeAndDelete = R"(
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1])
def call(method, path, body=None):
    connection.request(method, path, body)
    response = connection.getresponse()
    response.read()
    return response.status
for _ in range(int(sys.argv[2])):
    assert call("POST", "/proxies", '{"scenario": "acl-deny-403", "id": "x"}') == 201
    assert call("DELETE", "/proxies/x") == 204
)";

struct Held {
  std::int64_t descriptors = 0;
  std::int64_t resident_kib = 0;
};

Held held_by(pid_t pid) {
  Held held;
  for ([[maybe_unused]] const auto& each :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid)))
    ++held.descriptors;
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) std::istringstream(line.substr(6)) >> held.resident_kib;
  }
  return held;
}

TEST(ServeApi, TenThousandDeletedProxiesLeaveNothing) {
  Api api;
  const auto make_and_delete = [&](int count) {
    const auto done =
        run({"python3", "-c", kMakeAndDelete, api.url().substr(7), std::to_string(count)});
    EXPECT_EQ(done.code, 0) << done.err;
    return held_by(api.process().pid());
  };
  const auto before = make_and_delete(500);
  const auto after = make_and_delete(9500);
  // The last ones may be about to go; kept, each would be a descriptor, and 10 KiB.
  EXPECT_LT(after.descriptors, before.descriptors + 20);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(after.resident_kib, before.resident_kib + 10'000);
#endif
  api.stop();
}

}  // namespace
}  // namespace misproxy::test

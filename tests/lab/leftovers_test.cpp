// What is left of labs: nothing.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "support/lab_program.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

class LabLeaves : public InTheLab {};

/// A TMPDIR of their own shows files that nobody has removed.
std::vector<std::string> environment_in(const Folder& folder) {
  auto environment = state_environment();
  environment.push_back("TMPDIR=" + (folder / "").string());
  return environment;
}

std::vector<std::string> words(const std::string& command) {
  return {MISPROXY_BINARY, "lab", "allow", "--", "sh", "-c", command};
}

/// The namespaces that are there now and were not before. What a process that ends had goes after
/// its streams: waited for, up to a bound. One that others had before may go meanwhile: that is
/// nobody's leftover.
std::set<std::string> left_since(const std::set<std::string>& before) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  std::set<std::string> left;
  do {
    left.clear();
    std::ranges::set_difference(namespaces(), before, std::inserter(left, left.end()));
  } while (!left.empty() && std::chrono::steady_clock::now() < until);
  return left;
}

TEST_F(LabLeaves, NothingAfterManyInARow) {
  const Folder folder;
  const auto before = namespaces();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(run(words("exit 0"), environment_in(folder)).code, 0);
  EXPECT_THAT(left_since(before), testing::IsEmpty());
}

TEST_F(LabLeaves, NothingOfTenAtOnce) {
  const Folder folder;
  const auto before = namespaces();
  std::vector<Process> labs;
  for (int i = 0; i < 10; ++i)
    labs.emplace_back(
        words("curl -sS -x http://10.10.10.1:80 -o /dev/null https://tools.cisco.com/"),
        environment_in(folder));
  for (auto& each : labs)
    EXPECT_EQ(each.wait().code, 0);
  EXPECT_THAT(left_since(before), testing::IsEmpty());
}

TEST_F(LabLeaves, NothingAfterAKill) {
  const Folder folder;
  const auto before = namespaces();
  Process killed(words("echo there; setsid sleep 1000"), environment_in(folder));
  ASSERT_EQ(killed.read_line(), "there");
  killed.signal(SIGKILL);
  EXPECT_EQ(killed.wait().code, 137);  // its streams end when the last that has them does
  EXPECT_THAT(left_since(before), testing::IsEmpty());
}

}  // namespace
}  // namespace misproxy::test

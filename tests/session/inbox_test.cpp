#include "session/inbox.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace misproxy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string name_of(const Event& event) {
  if (const auto* received = std::get_if<Received>(&event)) return std::string(received->bytes);
  return std::holds_alternative<Yielded>(event) ? "yielded" : "other";
}

TEST(Inbox, GivesOneAfterTheOtherAndYieldedLast) {
  Inbox inbox;
  std::vector<std::string> given;
  bool inside = false;
  const std::function<void(const Event&)> step = [&](const Event& event) {
    EXPECT_FALSE(std::exchange(inside, true)) << "a step inside another";
    given.push_back(name_of(event));
    if (given.size() == 1) {
      inbox.put_yielded();
      inbox.put(Received{Party::client, {}}, "second");
      EXPECT_FALSE(inbox.deliver(step));
    }
    inside = false;
  };
  inbox.put(Received{Party::client, {}}, "first");
  EXPECT_TRUE(inbox.deliver(step));
  EXPECT_THAT(given, ElementsAre("first", "second", "yielded"));
  EXPECT_TRUE(inbox.deliver(step));
  EXPECT_EQ(given.size(), 3U);
}

TEST(Inbox, ForgetsWhatIsCleared) {
  Inbox inbox;
  std::vector<std::string> given;
  inbox.put(Begin{});
  inbox.put_yielded();
  inbox.clear();
  inbox.deliver([&](const Event& event) { given.push_back(name_of(event)); });
  EXPECT_THAT(given, IsEmpty());
}

}  // namespace
}  // namespace misproxy

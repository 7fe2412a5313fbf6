#include "reproduce/sketch.hpp"

#include <gtest/gtest.h>

#include "reproduce/reduce.hpp"

namespace misproxy::reproduce {
namespace {

Sketch sample() {
  Sketch sketch;
  sketch.table("client").set("method", toml("GET")).set("attempts", toml(std::int64_t{1}));
  sketch.add("fault")
      .set("id", toml("a"), true)
      .set(nested("when", {{"point", toml("tunnel")}, {"offset_bytes", "3"}}));
  return sketch;
}

TEST(Sketch, IsWrittenInTheOrderOfTheLibrary) {
  EXPECT_EQ(sample().text(),
            "schema = 1\n\n[[fault]]\nid = \"a\"\nwhen = { point = \"tunnel\", offset_bytes = 3 }\n"
            "\n[client]\nmethod = \"GET\"\nattempts = 1\n");
}

TEST(Sketch, WritesWhatIsLongInATableOfItsOwn) {
  Sketch sketch;
  sketch.add("fault")
      .set("id", toml("a"), true)
      .set(nested("do",
                  {nested("respond", {{"status", "403"}, {"body", toml(std::string(120, 'x'))}})}));
  EXPECT_NE(sketch.text().find("\n[fault.do.respond]\nstatus = 403\nbody = \"xxx"),
            std::string::npos);
}

TEST(Sketch, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(toml("a\"\\\n\x1b[31m\x7f"), "\"a\\\"\\\\\\n\\u001b[31m\\u007f\"");
  EXPECT_EQ(toml("\xc2\x9b\xe2\x80\xae\xff"), "\"???\"");
}

TEST(Sketch, LeavesOutKeysAndWhatHoldsThem) {
  const auto sketch = sample();
  EXPECT_EQ(sketch.parts(), 7U);  // two tables, two keys of one; when, and two within
  const auto rest = sketch.without({0});
  EXPECT_EQ(rest.text().find("[client]"), std::string::npos);
  EXPECT_EQ(rest.parts(), 4U);
}

TEST(Reduce, EndsWithWhatIsNeededAlone) {
  int asked = 0;
  const auto least = reduce(sample(), [&](const Sketch& each) {
    ++asked;
    return each.text().find("offset_bytes") != std::string::npos;
  });
  EXPECT_EQ(least.text(), "schema = 1\n\n[[fault]]\nid = \"a\"\nwhen = { offset_bytes = 3 }\n");
  EXPECT_LT(asked, 30);
}

TEST(Reduce, KeepsAllWhereNothingMayGo) {
  EXPECT_EQ(reduce(sample(), [](const Sketch&) { return false; }).text(), sample().text());
}

}  // namespace
}  // namespace misproxy::reproduce

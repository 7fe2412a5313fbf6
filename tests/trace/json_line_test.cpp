#include "trace/json_line.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TraceLine sample() {
  return {"allow",
          3,
          2,
          Party::origin,
          1234,
          TraceEvent(Point::reply, Party::proxy, Cause::injected, "respond")
              .by_fault("deny")
              .with("status", 403)
              .with("why", "\x01 \"x\"\n")
              .measuring("port", 5)};
}

TEST(JsonLine, IsCanonical) {
  EXPECT_EQ(
      to_json_line(sample()),
      R"({"scenario":"allow","connection":3,"seq":2,"seen_by":"origin","point":"reply","party":"proxy",)"
      R"("origin":"injected","event":"respond","fault":"deny","status":403,)"
      R"("why":"\u0001 \"x\"\n","measured":{"t_us":1234,"port":5}})");
}

TEST(JsonLine, ReadsWhatItWrites) {
  const auto again = parse_json_line(to_json_line(sample()));
  ASSERT_TRUE(std::holds_alternative<TraceLine>(again)) << std::get<std::string>(again);
  EXPECT_EQ(std::get<TraceLine>(again).event, sample().event);
  EXPECT_EQ(std::get<TraceLine>(again).t_us, 1234);
}

TEST(JsonLine, TakesBytesThatAreNoUtf8) {
  auto line = sample();
  line.event.fields = {
      {"target", std::string("\xff\xc3(\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\xed\xa0\x80")}};
  const auto again = parse_json_line(to_json_line(line));
  ASSERT_TRUE(std::holds_alternative<TraceLine>(again)) << std::get<std::string>(again);
  EXPECT_EQ(std::get<std::string>(*std::get<TraceLine>(again).find("target")),
            "\\xff\\xc3(\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\\xed\\xa0\\x80");
}

TEST(JsonLine, SaysWhyALineIsNone) {
  const auto why = [](std::string_view text) {
    return std::get<std::string>(parse_json_line(text));
  };
  EXPECT_EQ(why(""), "not JSON: incomplete JSON");
  EXPECT_EQ(why("[]"), "not a JSON object");
  EXPECT_EQ(why("{}"), "`scenario` is missing");
  EXPECT_EQ(why(R"({"scenario":"a","connection":-1})"), "`connection` is not a count");
  auto text = to_json_line(sample());
  text.replace(text.find("\"reply\""), 7, "\"relpy\"");
  EXPECT_EQ(why(text), "`point` cannot be `relpy`");
}

TEST(JsonLine, AWholeTraceIsALineEach) {
  const auto line = to_json_line(sample());
  EXPECT_EQ(to_json_lines({sample(), sample()}), line + "\n" + line + "\n");
  EXPECT_EQ(to_json_lines({}), "");
}

}  // namespace
}  // namespace misproxy

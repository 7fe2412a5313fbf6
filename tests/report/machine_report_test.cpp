// What programs read of a report: JSON and JUnit XML.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "report/confusion.hpp"
#include "report/json_report.hpp"
#include "report/junit_report.hpp"
#include "report/results.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

json::object object_of(const RunResult& result) {
  return json::parse(run_json(result)).as_object();
}

TEST(JsonReport, NothingExpectedIsNeitherTrueNorFalse) {
  EXPECT_TRUE(object_of(good_run()).at("ok").as_bool());
  EXPECT_EQ(object_of(good_run()).at("result").as_string(), "as expected");
  const auto open = object_of(nothing_expected(failed_run()));
  EXPECT_TRUE(open.at("ok").is_null());
  EXPECT_EQ(open.at("result").as_string(), "nothing expected");
  auto wrong = good_run();
  wrong.mismatches = {"the fault `f` never fired"};
  EXPECT_FALSE(object_of(wrong).at("ok").as_bool());
  EXPECT_EQ(object_of(wrong).at("result").as_string(), "not as expected");
}

TEST(JsonReport, WhatIsNotKnownOfAProgramIsNull) {
  auto result = exec_run(3);
  for (const auto* key : {"http_connect", "http_code", "bytes", "attempts", "phase", "curl_exit"})
    EXPECT_TRUE(object_of(result).at("outcome").at(key).is_null()) << key;
  result.exec->http_connect = 403;
  EXPECT_EQ(object_of(result).at("outcome").at("http_connect").to_number<int>(), 403);
  EXPECT_EQ(object_of(result).at("exec").at("exit").to_number<int>(), 3);
}

TEST(JsonReport, AVerdictIsShownWithItsDoubt) {
  const auto verdict = object_of(failed_run()).at("verdict").as_object();
  EXPECT_EQ(verdict.at("id").as_string(), "healthy");
  EXPECT_EQ(verdict.at("shown").as_string(), "healthy, but the client failed");
}

TEST(JunitReport, NothingExpectedIsSkipped) {
  std::istringstream text(junit_text({good_run(), nothing_expected(failed_run())}));
  boost::property_tree::ptree document;
  boost::property_tree::read_xml(text, document);
  const auto& suite = document.get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), 2);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 0);
  EXPECT_EQ(suite.get<int>("<xmlattr>.skipped"), 1);
  std::vector<std::string> said;
  for (const auto& [name, test] : suite) {
    if (name == "testcase") said.push_back(test.get("skipped.<xmlattr>.message", ""));
  }
  EXPECT_EQ(said, (std::vector<std::string>{"", "nothing expected"}));
}

TEST(JunitReport, IsOneDocument) {
  EXPECT_EQ(junit_text({}),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n  <testsuite "
            "name=\"misproxy run\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\" "
            "time=\"0.000000\"/>\n</testsuites>\n\n");
  EXPECT_EQ(junit_text({good_run(), good_run()}),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n  <testsuite "
            "name=\"misproxy run\" tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\" "
            "time=\"0.000000\">\n"
            "    <testcase classname=\"misproxy.virtual.fmc\" name=\"s seed 1\" "
            "time=\"0.000000\"/>\n"
            "    <testcase classname=\"misproxy.virtual.fmc\" name=\"s seed 1\" "
            "time=\"0.000000\"/>\n"
            "  </testsuite>\n</testsuites>\n\n");
}

TEST(Confusion, TheDoubtIsACellOfItsOwn) {
  const auto run = [](const std::string& confidence) {
    auto result = good_run();
    result.injected = "healthy";
    result.named = Named{"healthy", confidence, {"truncated-download"}, "", true};
    return result;
  };
  Confusion confusion;
  for (const auto* confidence : {"certain", "ambiguous", "certain"})
    confusion.add(run(confidence));
  const auto cells = confusion.cells();
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].shown, "healthy");
  EXPECT_EQ(cells[0].kind, ConfusionCell::Kind::right);
  EXPECT_EQ(cells[0].runs, 2U);
  EXPECT_EQ(cells[1].shown, "healthy? (truncated-download)");
  EXPECT_EQ(cells[1].kind, ConfusionCell::Kind::ambiguous);
  EXPECT_NE(confusion_text(cells).find("healthy? (truncated-download)"), std::string::npos);
  EXPECT_NE(confusion_json(cells).find("\"shown\":\"healthy? (truncated-download)\""),
            std::string::npos);
}

}  // namespace
}  // namespace misproxy::test

// iprep_proxy.conf alone: what `probe` finds in it, `diagnose` finds, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

diagnose::Diagnosis diagnosis_of_settings(std::string_view text) {
  auto read = diagnose::read_evidence({{"iprep_proxy.conf", text}});
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read)) << text;
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

TEST(Settings, ThatNobodyCanUseAreNamed) {
  struct Case {
    std::string text;
    std::string sentence;
  };
  for (const auto& [text, sentence] : {
           Case{"PROXY_PORT 80a\n", "`80a` is no port"},
           Case{"iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PORT 80a;\n}\n", "`80a` is no port"},
           Case{"PROXY_HOST 10.10.10.1\nPROXY_PORT 0\n", "`0` is no port"},
           Case{"PROXY_HOST 10.10.10.1;\nPROXY_PORT\t65536;\n", "`65536` is no port"},
           Case{"PROXY_HOST http://10.10.10.1;\nPROXY_PORT 80;\n", "neither a host name nor"},
           Case{"PROXY_HOST=10.10.10.1;\n", "no PROXY_PORT"},
       }) {
    const auto found = diagnosis_of_settings(text).incident;
    EXPECT_EQ(found.id, "proxy-settings-wrong") << text;
    EXPECT_THAT(found.headline, HasSubstr(sentence));
    EXPECT_FALSE(found.evidence.empty());
  }
}

TEST(Settings, WithoutASemicolonAreUsableAndRemarked) {
  const auto diagnosis = diagnosis_of_settings("PROXY_HOST 10.10.10.1\nPROXY_PORT 80;\n");
  EXPECT_EQ(diagnosis.incident.id, "not-enough-evidence");
  EXPECT_THAT(diagnosis.remarks, Contains(HasSubstr("line 1 has no semicolon")));
}

}  // namespace
}  // namespace misproxy::test

#include "teaching/judge.hpp"

#include <gmock/gmock.h>

#include <set>

#include "diagnose/lesson.hpp"
#include "teaching/understood.hpp"

namespace misproxy::teaching {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Understood, AreIdsAndTitles) {
  EXPECT_EQ(understand("mtu-black-hole").verdict, "mtu-black-hole");
  EXPECT_EQ(understand("MTU Black Hole").verdict, "mtu-black-hole");
  EXPECT_EQ(understand("The proxy denies the CONNECT: 403").verdict, "proxy-denied");
  EXPECT_EQ(understand("the proxy denies the connect 403.").verdict, "proxy-denied");
  EXPECT_EQ(understand("the proxy denies the CONNECT").verdict, "proxy-denied");
}

TEST(Understood, TitlesAreOfOneVerdictEachUpToTheirColon) {
  std::set<std::string_view> titles;
  for (const auto& lesson : diagnose::lessons()) {
    const auto title = lesson.title.substr(0, lesson.title.find(": "));
    EXPECT_TRUE(titles.insert(title).second) << title;
  }
}

TEST(Understood, AreAskedBackWhereTheyAreNone) {
  const auto slip = understand("mtu-blak-hole");
  EXPECT_FALSE(slip.verdict);
  EXPECT_EQ(slip.meant.at(0), "mtu-black-hole");
  EXPECT_THAT(understand("the certificate has expired, I think").meant,
              Contains("tls-cert-expired"));
  EXPECT_THAT(understand("denied").meant, Contains("proxy-denied"));
  EXPECT_LE(understand("the proxy answers").meant.size(), 3U);
  EXPECT_THAT(understand("xyzzy").meant, IsEmpty());
  EXPECT_THAT(understand("").meant, IsEmpty());
}

TEST(Judged, ByTruthThenLayer) {
  Exercise exercise;
  exercise.truth = "tls-reset";
  exercise.layer = diagnose::Layer::tls;
  exercise.open = {"tls-reset", "path-loss"};
  EXPECT_EQ(judge(exercise, "tls-reset"), Judged::right);
  EXPECT_EQ(judge(exercise, "path-loss"), Judged::possible);
  EXPECT_EQ(judge(exercise, "tls-closed"), Judged::partly);
  EXPECT_EQ(judge(exercise, "proxy-denied"), Judged::wrong);
  EXPECT_EQ(judge(exercise, "healthy"), Judged::wrong);
}

TEST(Judged, IsNothingInBetweenWhereNothingFailed) {
  Exercise exercise;
  exercise.truth = "healthy";
  exercise.open = {"healthy"};
  EXPECT_EQ(judge(exercise, "healthy"), Judged::right);
  EXPECT_EQ(judge(exercise, "not-enough-evidence"), Judged::wrong) << "of its layer, `none`";
  EXPECT_EQ(judge(exercise, "tls-closed"), Judged::wrong);
}

using diagnose::Confidence;

diagnose::Verdict said(std::string_view id, Confidence confidence,
                       std::vector<std::string_view> alternatives = {}) {
  diagnose::Verdict verdict;
  verdict.id = id;
  verdict.confidence = confidence;
  verdict.alternatives = std::move(alternatives);
  return verdict;
}

TEST(Levels, AreWhichEvidenceNamesIt) {
  const auto sure = said("t", Confidence::certain);
  const auto likely = said("t", Confidence::likely, {"u"});
  const auto open = said("u", Confidence::ambiguous, {"t"});
  const auto other = said("u", Confidence::certain);
  EXPECT_EQ(level_of({sure, sure, sure}, "t"), 1);
  EXPECT_EQ(level_of({sure, likely, sure}, "t"), 2);
  EXPECT_EQ(level_of({likely, sure, sure}, "t"), 2);
  EXPECT_EQ(level_of({sure, open, sure}, "t"), 2);
  EXPECT_EQ(level_of({open, sure, sure}, "t"), 3);
  EXPECT_EQ(level_of({other, likely, likely}, "t"), 3);
  EXPECT_EQ(level_of({open, other, likely}, "t"), 4);
  EXPECT_EQ(level_of({open, open, open}, "t"), 5);
  EXPECT_EQ(level_of({open, open, other}, "t"), std::nullopt);
  EXPECT_EQ(level_of({sure, sure, said("u", Confidence::likely, {"t"})}, "t"), std::nullopt);
}

}  // namespace
}  // namespace misproxy::teaching

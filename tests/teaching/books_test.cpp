// What is kept from one command to the next.
#include <gmock/gmock.h>

#include "teaching/exercise_book.hpp"
#include "teaching/progress.hpp"
#include "teaching/score.hpp"

namespace misproxy::teaching {
namespace {

TEST(Progress, IsReadAsItWasWritten) {
  const Progress progress{{"curl", {2, 3, 4, false}}, {"dns", {1, 1, 1, true}}};
  const auto read = read_progress(progress_json(progress));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("curl").right, 3);
  EXPECT_TRUE(read->at("dns").done);
  EXPECT_EQ(progress_json(*read), progress_json(progress));
}

TEST(Progress, OfAnotherVersionOrDamagedIsNone) {
  for (const auto* text :
       {"", "{", "[]", "{\"version\":2,\"lessons\":{}}", "{\"version\":1}",
        "{\"version\":1,\"lessons\":{\"a\":1}}",
        "{\"version\":1,\"lessons\":{\"a\":{\"steps\":\"x\"}}}",
        "{\"version\":1,\"lessons\":{\"a\":{\"steps\":-1,\"right\":0,\"asked\":0}}}",
        "{\"version\":1,\"lessons\":{\"a\":{\"steps\":1,\"right\":2,\"asked\":1}}}"})
    EXPECT_FALSE(read_progress(text)) << text;
}

TEST(Progress, TakesNothingBack) {
  LessonProgress at{2, 1, 2, false};
  at.take({1, 1, 1, false});
  EXPECT_EQ(at.steps, 2) << "of another window";
  at.take({3, 3, 3, true});
  EXPECT_TRUE(at.done);
  at.take({1, 1, 1, false});
  EXPECT_TRUE(at.done) << "begun again, and left";
  at.take({3, 2, 3, true});
  EXPECT_EQ(at.right, 2) << "and done again";
}

TEST(Book, IsReadAsItWasWritten) {
  ExerciseBook book;
  book.begin({7, 3, diagnose::Layer::tls}, "1");
  book.open->tries = {1, 2, 3};
  book.begin({8, 1, {}}, "1");
  book.close(55);
  book.begin({9, 2, {}}, "1");
  const auto read = read_book(book_json(book));
  ASSERT_TRUE(read);
  EXPECT_EQ(book_json(*read), book_json(book));
  EXPECT_EQ(read->left.at(0).tries.wrong, 3);
  EXPECT_EQ(read->next_seed(), 9U);
}

TEST(Book, BeginsAnewBehindTheLastSeed) {
  ExerciseBook book;
  book.begin({kLastSeed, 1, {}}, "1");
  book.close(10);
  EXPECT_EQ(book.next_seed(), 1U);
}

TEST(Book, TakesUpWhatWasLeft) {
  ExerciseBook book;
  book.begin({7, 3, {}}, "1");
  book.open->tries.hints = 2;
  book.begin({8, 3, {}}, "1");
  book.begin({7, 3, {}}, "1");
  EXPECT_EQ(book.open->tries.hints, 2);
  ASSERT_EQ(book.left.size(), 1U);
  EXPECT_EQ(book.left[0].wish.seed, 8U);
}

TEST(Book, OfAnotherProgramCountsAnew) {
  ExerciseBook book;
  book.begin({7, 3, {}}, "1");
  book.open->tries.hints = 2;
  book.begin({7, 3, {}}, "2");
  EXPECT_EQ(book.open->tries.hints, 0);
}

TEST(Book, OfAnotherVersionOrDamagedIsNone) {
  for (const auto* text :
       {"{", "1", "{\"version\":9,\"left\":[],\"closed\":[]}", "{\"version\":1,\"left\":[]}",
        "{\"version\":1,\"left\":[],\"closed\":[],\"open\":5}",
        "{\"version\":1,\"left\":[{}],\"closed\":[]}",
        "{\"version\":1,\"left\":[],\"closed\":[{\"seed\":1,\"level\":9,\"points\":1}]}",
        "{\"version\":1,\"left\":[],\"closed\":[{\"seed\":1,\"level\":1,\"points\":101}]}"})
    EXPECT_FALSE(read_book(text)) << text;
}

TEST(Points, AreLessForTriesAndHints) {
  EXPECT_EQ(points_of_right({}), 100);
  EXPECT_EQ(points_of_right({1, 1, 1}), 50);
  EXPECT_EQ(points_of_right({3, 3, 9}), 10);
  EXPECT_EQ(points_of_giving_up({0, 0, 3}), 0);
  EXPECT_EQ(points_of_giving_up({0, 1, 3}), 30);
}

TEST(Scores, AreALineOfCsvOrJson) {
  Score score{
      "2026-11-28T22:00:00Z", "Ng, \"A\"", {7, 3, diagnose::Layer::tls}, "right", {1, 0, 2}, 35};
  EXPECT_EQ(score_csv(score), "2026-11-28T22:00:00Z,\"Ng, \"\"A\"\"\",7,3,tls,right,1,0,2,35\n");
  EXPECT_EQ(
      score_json(score),
      "{\"time\":\"2026-11-28T22:00:00Z\",\"student\":\"Ng, \\\"A\\\"\",\"seed\":7,\"level\":3,"
      "\"layer\":\"tls\",\"judged\":\"right\",\"hints\":1,\"partly\":0,\"wrong\":2,\"points\":"
      "35}\n");
  score.points.reset();
  EXPECT_THAT(score_csv(score), testing::EndsWith(",2,\n"));
}

TEST(Scores, RefuseNamesThatASpreadsheetTakesForFormulas) {
  EXPECT_EQ(refuse_student("Ann"), "");
  EXPECT_EQ(refuse_student("Ænn 3"), "");
  for (const auto* name : {"", "=1+1", "-2", "@x", "a\nb", "+1"})
    EXPECT_NE(refuse_student(name), "") << name;
}

}  // namespace
}  // namespace misproxy::teaching

#include "report/matrix.hpp"

#include <gmock/gmock.h>

namespace misproxy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Matrix small() {
  Matrix matrix;
  matrix.misproxy = "1";
  matrix.system = "a system";
  matrix.limit_s = 10;
  matrix.clients = {{"curl", "7.88.1", "curl"}, {"go", "", "golang-go"}};
  matrix.rows = {{"cut", "transfer", "a title", "d1"}};
  ClientRecord record{"curl", "7.88.1"};
  record.ending = ClientRecord::Ending::success;
  record.phase = ClientPhase::done;
  record.status = 200;
  record.bytes = 5;
  record.message = "<script>|x";
  record.lies = {ClientRecord::Lie::truncated_as_whole};
  matrix.cells = {{"cut", record, "cut/curl.log", "cut/curl.jsonl"}};
  return matrix;
}

TEST(MatrixJson, IsReadAsItWasWritten) {
  const auto read = std::get<Matrix>(read_matrix(matrix_json(small())));
  EXPECT_THAT(changes(small(), read), IsEmpty());
  EXPECT_EQ(read.cells.at(0).record.status, 200);
  EXPECT_EQ(read.cells.at(0).record.lies, small().cells[0].record.lies);
}

TEST(MatrixJson, OtherTextsAreRefused) {
  for (const auto* text : {"", "[]", "{}", "{\"form\":1}", "{\"form\":\"x\"}", "\xff"})
    EXPECT_TRUE(std::holds_alternative<std::string>(read_matrix(text))) << text;
  const auto odd = read_matrix(
      "{\"form\":\"misproxy-matrix-1\",\"cells\":[1,{\"lies\":[2],\"exit\":1e300}],\"clients\":3}");
  EXPECT_TRUE(std::holds_alternative<Matrix>(odd));
}

TEST(MatrixChanges, NameVersionsScenariosAndOutcomes) {
  auto after = small();
  after.clients[0].version = "8.0";
  after.rows[0].digest = "d2";
  after.cells[0].record.ending = ClientRecord::Ending::failed;
  after.cells[0].record.message = "other words, which may differ";
  EXPECT_THAT(
      changes(small(), after),
      ElementsAre("client curl: version 8.0, was 7.88.1", "scenario cut: its text has changed",
                  HasSubstr("cut with curl: failed in done, status 200")));
}

TEST(MatrixTexts, NameWhoLiesAndWhoIsSkipped) {
  EXPECT_THAT(matrix_markdown(small()), HasSubstr("- curl: cut\n"));
  EXPECT_THAT(matrix_markdown(small()), HasSubstr("| go | skipped: not here | golang-go |"));
  EXPECT_THAT(matrix_markdown(small()), HasSubstr("| cut | ok 200 ! |\n"));
}

TEST(MatrixPage, LinksToLogAndTraceAndHoldsNoClientsMarkup) {
  const auto page = matrix_html(small());
  EXPECT_THAT(page, HasSubstr("<td class=\"success lie\""));
  EXPECT_THAT(page, HasSubstr("href=\"cut/curl.log\""));
  EXPECT_THAT(page, HasSubstr("href=\"cut/curl.jsonl\""));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace misproxy

#include "controller/model/data/number_table.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "tests/support/diagnostic_text.hpp"
#include "tests/support/workbooks.hpp"

namespace flowyard::controller::model::data {
namespace {

using testing::ElementsAre;

NumberTable table_of(const std::string& bytes) {
  auto table = read_numbers(bytes, "file");
  if (!table) throw std::runtime_error(to_string(table.error().front()));
  return *table;
}

std::vector<std::string> errors_of(const std::string& bytes) {
  const auto table = read_numbers(bytes, "file");
  std::vector<std::string> texts;
  if (!table)
    for (const auto& error : table.error()) texts.push_back(test::place_and_code(error));
  return texts;
}

TEST(NumberTable, IsTheSameDownAndAcross) {
  for (const char* text : {"time,a,\"b[x, y]\"\n0,1,2\n5,3,\n", "time;a;b[x, y]\n0;1;2\n5;3\n",
                           "time\t0\t5\na\t1\t3\nb[x, y]\t2\t\n"}) {
    const auto table = table_of(text);
    EXPECT_THAT(table.times, ElementsAre(0, 5));
    EXPECT_THAT(table.names, ElementsAre("a", "b[x, y]"));
    EXPECT_THAT(table.columns[0], ElementsAre(1, 3));
    EXPECT_EQ(table.columns[1][0], 2);
    EXPECT_TRUE(std::isnan(table.columns[1][1]));
  }
}

TEST(NumberTable, HasOneValueForATime) {
  EXPECT_THAT(errors_of("time,a,b\n0,1,2\n4,3,\n4,,5\n4,3,6\n"), ElementsAre("file:5:3 defined-twice"));
  EXPECT_THAT(errors_of("a\n0\t1\n4\t2\n4\t3\n"), ElementsAre("file:4:1 defined-twice"));
}

TEST(NumberTable, ReadsTheFirstSheetOfAWorkbook) {
  const std::vector<test::XlsCell> cells{{0, 0, "time"}, {0, 1, "a"}, {1, 0, 0.0}, {1, 1, 4.0}};
  const auto old = table_of(test::xls_of("S", cells));
  EXPECT_THAT(old.names, ElementsAre("a"));
  EXPECT_THAT(old.columns[0], ElementsAre(4));
  const auto rows =
      "<row><c t=\"inlineStr\"><is><t>time</t></is></c><c t=\"s\"><v>0</v></c></row>"
      "<row><c><v>2</v></c><c><v>4</v></c></row>";
  EXPECT_THAT(table_of(test::xlsx_of("S", rows)).names, ElementsAre("first"));
}

TEST(NumberTable, NamesTheCellThatIsNoNumber) {
  EXPECT_THAT(errors_of("time,a\n0,ten\n1,2\n2,x y\n"),
              ElementsAre("file:2:2 bad-number", "file:4:2 bad-number"));
  EXPECT_THAT(errors_of("time,0,1\na,5,six\n"), ElementsAre("file:2:3 bad-number"));
  EXPECT_THAT(errors_of("time\n0\n"), ElementsAre("file:1 syntax"));
  EXPECT_THAT(errors_of("PK\x03\x04"), ElementsAre("file not-a-model"));
}

TEST(NumberTable, RefusesFewCellsThatStandFarApart) {
  std::string rows;
  for (int row = 1; row <= 1000; ++row)
    rows += "<row r=\"" + std::to_string(row) + "\"><c><v>1</v></c></row>";
  rows += "<row r=\"1\"><c><v>1</v></c><c r=\"XFD1\"><v>1</v></c></row>";
  EXPECT_THAT(errors_of(test::xlsx_of("S", rows)), ElementsAre("file:490:1 too-large"));
}

TEST(NumberTable, PassesOverRowsWithImpossibleNumbers) {
  EXPECT_THAT(table_of(test::xlsx_of("S",
                                     "<row r=\"-2147483648\"><c><v>7</v></c></row>"
                                     "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"
                                     "<row><c><v>2</v></c><c><v>3</v></c></row>"
                                     "<row r=\"2147483647\"><c><v>7</v></c></row><row><c><v>7</v></c></row>"))
                  .times,
              ElementsAre(2));
}

TEST(NumberTable, TakesTheSeriesOfOneScenarioOfAnExperiment) {
  const auto table = read_numbers("scenario,time,Water[left]\n3,0,1\n3,2,5\n", "series.csv");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->times, (std::vector<double>{0, 2}));
  EXPECT_EQ(table->names, std::vector<std::string>{"Water[left]"});
  EXPECT_EQ(table->columns.at(0), (std::vector<double>{1, 5}));
  const auto several = read_numbers("scenario,time,Water\n3,0,1\n4,0,5\n", "series.csv");
  ASSERT_FALSE(several);
  EXPECT_EQ(test::place_and_code(several.error().front()), "series.csv:2:1 wrong-kind");
}

TEST(NumberTable, ReadsVensimsDat) {
  const auto table = table_of("a total\r\n0\t1\r\n2\t5\r\nb[x,y]\r\n1\t7\r\n\r\n2\t-8e1\r\n");
  EXPECT_THAT(table.times, ElementsAre(0, 1, 2));
  EXPECT_THAT(table.names, ElementsAre("a total", "b[x,y]"));
  EXPECT_EQ(table.columns.at(0).at(2), 5);
  EXPECT_TRUE(std::isnan(table.columns.at(0).at(1)));
  EXPECT_EQ(table.columns.at(1).at(1), 7);
  EXPECT_EQ(table.columns.at(1).at(2), -80);
  EXPECT_THAT(errors_of("a\n0\t1\n1\tx\n"), ElementsAre("file:3:1 syntax"));
}

TEST(NumberTable, PassesOverRowsWithoutTime) {
  EXPECT_THAT(table_of("time,a\n0,1\n,\n2,nan\n").times, ElementsAre(0, 2));
}

}  // namespace
}  // namespace flowyard::controller::model::data

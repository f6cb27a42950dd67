#include "controller/results/table_query.hpp"

#include <gmock/gmock.h>

namespace flowyard::controller::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::vector<ResultColumn> kColumns = {
    {.name = "row", .kind = ColumnKind::Number, .is_shown = false, .outcome = {}},
    {.name = "region", .kind = ColumnKind::Text, .is_shown = true, .outcome = {}},
    {.name = "growth_rate", .kind = ColumnKind::Number, .is_shown = true, .outcome = {}},
    {.name = "Time to 99", .kind = ColumnKind::Number, .is_shown = true, .outcome = {}},
    {.name = "final.mean", .kind = ColumnKind::Number, .is_shown = true, .outcome = "final"},
    {.name = "final.sd", .kind = ColumnKind::Number, .is_shown = true, .outcome = "final"}};

ResultRow row(std::uint64_t number, Cell region, Cell rate, Cell time = {}) {
  return {.number = number,
          .cells = {static_cast<double>(number), std::move(region), std::move(rate), std::move(time), 5.0,
                    Cell()}};
}

bool passes(const std::string& where, const ResultRow& one) {
  const auto filter = RowFilter::create(where, kColumns);
  if (!filter) throw std::runtime_error(to_string(filter.error().front()));
  return filter->lets_through(one.cells);
}

Error mistake(const std::string& where) {
  const auto filter = RowFilter::create(where, kColumns);
  return filter ? Error{} : filter.error().front();
}

TEST(RowFilter, HasTheOperatorsOfFormulas) {
  const auto one = row(7, "north", 0.1, 12.0);
  for (const char* where :
       {"growth_rate > 0.05", "growth_rate >= 0.1 and growth_rate <= 0.1", "growth_rate < 0 or row == 7",
        "not (growth_rate > 1)", "row mod 2 = 1", "growth_rate * 10 + 1 == 2", "-row ^ 2 < -48", "row <> 8",
        "0.05 < growth_rate", "row / 7 == 1", "row - 6 == 1"})
    EXPECT_TRUE(passes(where, one)) << where;
  for (const char* where : {"growth_rate > 0.1", "growth_rate > 0 and row == 8", "not row == 7", "row != 7"})
    EXPECT_FALSE(passes(where, one)) << where;
}

TEST(RowFilter, ComparesTexts) {
  const auto one = row(7, "High Growth", 0.1);
  for (const char* where : {"region == \"High Growth\"", "region == 'High Growth'", "region == High Growth",
                            "'High Growth' = region", "region != north"})
    EXPECT_TRUE(passes(where, one)) << where;
  EXPECT_FALSE(passes("region == 'high growth'", one));
  // A text that is called as a column of numbers is.
  EXPECT_TRUE(passes("region == growth_rate", row(1, "growth_rate", 1.0)));
}

TEST(RowFilter, FindsColumnsAsFormulasDo) {
  const auto one = row(7, "north", 0.1, 12.0);
  EXPECT_TRUE(passes("\"Time to 99\" > 10", one));
  EXPECT_TRUE(passes("time_to_99 > 10", one));
  EXPECT_TRUE(passes("final.mean == 5", one));
}

TEST(RowFilter, LetsNoComparisonWithNothingThrough) {
  const auto one = row(7, Cell(), Cell());
  for (const char* where : {"growth_rate > 0", "growth_rate < 0", "growth_rate == 0", "growth_rate != 0",
                            "region == north", "region != north", "growth_rate != :NA:"})
    EXPECT_FALSE(passes(where, one)) << where;
  EXPECT_TRUE(passes("growth_rate == :NA: and region == :NA:", one));
  EXPECT_TRUE(passes("growth_rate != :NA: and region != :NA:", row(1, "north", 1.0)));
}

TEST(RowFilter, SaysWhereItIsWrongAndWhatIsMeant) {
  EXPECT_EQ(to_string(mistake("row > 1 and growth_rat > 2").location), "where:1:13");
  EXPECT_THAT(mistake("growth_rat > 2").message, HasSubstr("did you mean 'growth_rate'"));
  EXPECT_EQ(mistake("growth_rate > ").location.column, 15);
  EXPECT_THAT(mistake("growth_rate").message, HasSubstr("comparison"));
  EXPECT_THAT(mistake("growth_rate + 1").message, HasSubstr("comparison"));
  EXPECT_THAT(mistake("region > 3").message, HasSubstr("texts"));
  EXPECT_THAT(mistake("region == 3").message, HasSubstr("text is meant"));
  EXPECT_THAT(mistake("growth_rate == 'north'").message, HasSubstr("text"));
  EXPECT_THAT(mistake("max(row, 1) > 3").message, HasSubstr("functions"));
  EXPECT_THAT(mistake("row[1] > 3").message, HasSubstr("number"));
}

TableQuery query_of(TableRequest request) {
  auto query = parse_table_query(request, kColumns);
  if (!query) throw std::runtime_error(to_string(query.error().front()));
  return std::move(*query);
}

TEST(TableQuery, ReadsColumns) {
  const auto columns = [](const std::string& text) { return query_of({.columns = text}).columns; };
  EXPECT_THAT(columns(""), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(columns("growth_rate, row"), ElementsAre(2, 0));
  EXPECT_THAT(columns("\"Time to 99\",region,region"), ElementsAre(3, 1));
  EXPECT_THAT(columns("final"), ElementsAre(4, 5));
}

TEST(TableQuery, TellsAllMistakesAtOnce) {
  const auto query =
      parse_table_query({.where = "x > 1", .sort = "-regoin", .columns = "rwo", .cursor = "!"}, kColumns);
  ASSERT_FALSE(query);
  ASSERT_THAT(query.error(), SizeIs(4));
  EXPECT_THAT(to_string(query.error()[0]), HasSubstr("did you mean 'row'"));
  EXPECT_THAT(to_string(query.error()[1]), HasSubstr("did you mean 'region'"));
}

// The numbers of all rows, page by page.
std::vector<std::vector<std::uint64_t>> pages(TableRequest request, const std::vector<ResultRow>& rows) {
  std::vector<std::vector<std::uint64_t>> all;
  do {
    const auto query = query_of(request);
    PageRows collected(query);
    for (const auto& one : rows) collected.add(one);
    auto page = collected.take();
    auto& numbers = all.emplace_back();
    for (const auto& one : page.rows) numbers.push_back(one.number);
    request.cursor = page.next;
  } while (!request.cursor.empty());
  return all;
}

const std::vector<ResultRow> kRows = {row(0, "b", 3.0), row(1, "a", Cell()), row(2, "c", 1.0),
                                      row(3, "b", 3.0), row(4, Cell(), 2.0)};

TEST(TableQuery, PagesInTheOrderThatWasAskedFor) {
  using Pages = std::vector<std::vector<std::uint64_t>>;
  EXPECT_EQ(pages({.limit = 2}, kRows), (Pages{{0, 1}, {2, 3}, {4}}));
  EXPECT_EQ(pages({.sort = "row", .limit = 5}, kRows), (Pages{{0, 1, 2, 3, 4}}));
  EXPECT_EQ(pages({.sort = "-row", .limit = 3}, kRows), (Pages{{4, 3, 2}, {1, 0}}));
  // What has no value comes last in either direction; equal ones keep their order.
  EXPECT_EQ(pages({.sort = "growth_rate", .limit = 2}, kRows), (Pages{{2, 4}, {0, 3}, {1}}));
  EXPECT_EQ(pages({.sort = "-growth_rate", .limit = 1}, kRows), (Pages{{0}, {3}, {4}, {2}, {1}}));
  EXPECT_EQ(pages({.sort = "region", .limit = 2}, kRows), (Pages{{1, 0}, {3, 2}, {4}}));
  EXPECT_EQ(pages({.where = "growth_rate >= 2", .sort = "-region", .limit = 2}, kRows), (Pages{{0, 3}, {4}}));
}

TEST(TableQuery, RefusesACursorThatIsNone) {
  for (const char* cursor : {"?", "MTcgeA==" /* 17 x */, "eA==" /* x */, "MTcgbiB4" /* 17 n x */})
    EXPECT_FALSE(parse_table_query({.cursor = cursor}, kColumns)) << cursor;
}

}  // namespace
}  // namespace flowyard::controller::results

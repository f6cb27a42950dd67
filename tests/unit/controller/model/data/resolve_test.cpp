// Models whose numbers stand in other files: what a run of them gives, and what is said of wrong references.
#include "controller/model/data/resolve.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/vensim/reader.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "tests/support/workbooks.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::model::data {
namespace {

namespace engine = worker::engine;

using testing::ElementsAre;

using FilesByName = std::map<std::string, std::string>;

constexpr const char* kSettings =
    "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n";

Results<Model> resolved(const std::string& equations, const FilesByName& files) {
  auto read = vensim::read("{UTF-8}\n" + equations + kSettings, "m.mdl");
  if (!read) return read.error();
  return resolve(std::move(*read), [&](const std::string& name) -> Result<std::string> {
    const auto found = files.find(name);
    return found == files.end()
               ? Result<std::string>(invalid(DiagnosticCode::NoData, "there is no such file"))
               : Result<std::string>(found->second);
  });
}

// The values of one variable: by time, then by element.
std::vector<double> run(const std::string& equations, const FilesByName& files, const std::string& name) {
  const auto model = resolved(equations, files);
  if (!model) throw std::runtime_error(to_string(model.error().front()));
  auto compiled = compiler::compile(*model, {.series = {name}, .outcomes = {}});
  if (!compiled) throw std::runtime_error(to_string(compiled.error().front()));
  engine::Runner runner(std::make_shared<const engine::Program>(std::move(*compiled)));
  engine::RunOutput output;
  if (auto ran = runner.run({}, output); !ran) throw std::runtime_error(ran.error().message);
  return output.series.at(0).values;
}

std::vector<double> at_start(const std::string& equations, const FilesByName& files,
                             const std::string& name) {
  const auto values = run(equations, files, name);
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 5)};
}

std::string error_of(const std::string& equations, const FilesByName& files) {
  const auto model = resolved(equations, files);
  return model ? "it was resolved" : test::place_and_code(model.error().front());
}

const FilesByName table{{"t.csv", "x,A,B,C\n1,10,20,30\n2,11,21,31\n"}};
const std::string dims = "D: p, q, r ~~|\nE: e1, e2 ~~|\n";

TEST(Constants, AreReadToTheRightAndDownAndTurned) {
  EXPECT_THAT(at_start("k = GET DIRECT CONSTANTS('t.csv', ',', 'C3') ~~|\n", table, "k"), ElementsAre(21));
  EXPECT_THAT(at_start(dims + "k[D] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\n", table, "k"),
              ElementsAre(10, 20, 30));
  EXPECT_THAT(at_start(dims + "k[E] = GET DIRECT CONSTANTS('t.csv', ',', 'B2*') ~~|\n", table, "k"),
              ElementsAre(10, 11));
  EXPECT_THAT(at_start(dims + "k[E, D] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\n", table, "k"),
              ElementsAre(10, 20, 30, 11, 21, 31));
  EXPECT_THAT(at_start(dims + "k[D, E] = GET DIRECT CONSTANTS('t.csv', ',', 'B2*') ~~|\n", table, "k"),
              ElementsAre(10, 11, 20, 21, 30, 31));
}

TEST(Constants, AreParametersThatARunMaySet) {
  const auto model = resolved(dims + "k[D] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\n", table);
  ASSERT_TRUE(model);
  const auto program = compiler::compile(*model, {.series = {"k"}, .outcomes = {}});
  ASSERT_TRUE(program);
  const auto* parameter = engine::find_parameter(*program, "k");
  ASSERT_NE(parameter, nullptr);
  EXPECT_THAT(parameter->defaults, ElementsAre(10, 20, 30));
}

TEST(Constants, WithoutANumberAreNotAvailableAndTold) {
  const auto model = resolved(dims + "k[D] = GET DIRECT CONSTANTS('t.csv', ',', 'C2') ~~|\n", table);
  ASSERT_TRUE(model);
  EXPECT_THAT(test::lines_and_codes(model->warnings), ElementsAre("4: no-data"));
}

TEST(Series, FollowTheirKeyword) {
  const FilesByName files{{"d.csv", "time,a\n0,10\n2,30\n4,\n"}};
  const auto with = [&](const std::string& mode) {
    return run("d" + mode + " := GET DIRECT DATA('d.csv', ',', 'A', 'B2') ~~|\n", files, "d");
  };
  EXPECT_THAT(with(""), ElementsAre(10, 20, 30, 30, 30));
  EXPECT_THAT(with(" :INTERPOLATE:"), ElementsAre(10, 20, 30, 30, 30));
  EXPECT_THAT(with(" :LOOK FORWARD:"), ElementsAre(10, 30, 30, 30, 30));
  EXPECT_THAT(with(" :HOLD BACKWARD:"), ElementsAre(10, 10, 30, 30, 30));
  const auto raw = with(" :RAW:");
  EXPECT_TRUE(std::isnan(raw[1]) && std::isnan(raw[3]) && std::isnan(raw[4]));
  EXPECT_EQ(raw[2], 30);
}

TEST(Series, WithTextsAmongTheirNumbersTellTheFirst) {
  const FilesByName files{{"d.csv", "time,a\n0,10\n1,many\n2,\n3,#N/A\n4,8\n"}};
  const auto model = resolved("d := GET DIRECT DATA('d.csv', ',', 'A', 'B2') ~~|\n", files);
  ASSERT_TRUE(model);
  EXPECT_THAT(test::lines_and_codes(model->warnings), ElementsAre("2: bad-number"));
}

TEST(Series, RunDownOrAcrossOneLineForEachElement) {
  const FilesByName down{{"d.csv", "time,a,b\n0,1,2\n4,5,6\n"}};
  const FilesByName across{{"d.csv", "time,0,4\na,1,5\nb,2,6\n"}};
  EXPECT_THAT(run(dims + "d[E] := GET DIRECT DATA('d.csv', ',', 'A', 'B2') ~~|\n", down, "d"),
              ElementsAre(1, 2, 2, 3, 3, 4, 4, 5, 5, 6));
  EXPECT_THAT(run(dims + "d[E] := GET XLS DATA('d.csv', ',', '1', 'B2') ~~|\n", across, "d"),
              ElementsAre(1, 2, 2, 3, 3, 4, 4, 5, 5, 6));
}

TEST(Lookups, AreTablesOfTheirCells) {
  const FilesByName files{{"d.csv", "x,0,2,4\ny,0,20,0\n"}};
  EXPECT_THAT(run("f = GET DIRECT LOOKUPS('d.csv', ',', '1', 'B2') ~~|\ny = f(Time) ~~|\n", files, "y"),
              ElementsAre(0, 10, 20, 10, 0));
}

TEST(Subscripts, AreTheTextsOfAnArea) {
  const FilesByName files{{"s.csv", "name,v\nnorth,1\nsouth,2\n"}};
  const std::string equations =
      "Region: GET DIRECT SUBSCRIPT('s.csv', ',', 'A2', 'A3', 'in ') ~~|\n"
      "k[Region] = GET DIRECT CONSTANTS('s.csv', ',', 'B2*') ~~|\nsouth = k[in south] ~~|\n";
  EXPECT_THAT(at_start(equations, files, "south"), ElementsAre(2));
}

const std::string named_areas =
    "<definedName name=\"times\">S!$A$1:$A$3</definedName><definedName "
    "name=\"values\">S!$B$1:$C$3</definedName>"
    "<definedName name=\"corner\">S!$B$1</definedName><definedName name=\"pair\">S!$B$1:$C$1</definedName>";
const std::string named_rows =
    "<row><c><v>0</v></c><c><v>1</v></c><c><v>2</v></c></row>"
    "<row><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c></row>"
    "<row><c><v>4</v></c><c><v>5</v></c><c><v>6</v></c></row>";

TEST(Workbooks, AreReadByNamesOfAreas) {
  const FilesByName files{{"b.xlsx", test::xlsx_of("S", named_rows, named_areas)}};
  EXPECT_THAT(at_start("k = GET XLS CONSTANTS('b.xlsx', 's', 'Corner') ~~|\n", files, "k"), ElementsAre(1));
  EXPECT_THAT(at_start(dims + "k[E] = GET XLS CONSTANTS('b.xlsx', 'S', 'pair') ~~|\n", files, "k"),
              ElementsAre(1, 2));
  EXPECT_THAT(run(dims + "d[E] := GET XLS DATA('b.xlsx', 'S', 'times', 'values') ~~|\n", files, "d"),
              ElementsAre(1, 2, 2, 3, 3, 4, 4, 5, 5, 6));
}

TEST(Workbooks, OfTheOldKindAreReadToo) {
  const FilesByName files{
      {"b.xls", test::xls_of("S", {{0, 0, 0.0}, {0, 1, 4.0}, {1, 0, 7.0}, {1, 1, 11.0}})}};
  EXPECT_THAT(run("d := GET XLS DATA('b.xls', 'S', '1', 'A2') ~~|\n", files, "d"),
              ElementsAre(7, 8, 9, 10, 11));
  EXPECT_EQ(error_of("k = GET XLS CONSTANTS('b.xls', 'S', 'corner') ~~|\n", files), "m.mdl:2:5 unknown-name");
}

TEST(FilesOfAModel, MayBeChosenByTheirEnding) {
  EXPECT_EQ(paths_of("m/t.csv"), std::vector<std::string>{"m/t.csv"});
  EXPECT_EQ(paths_of("m/?t").at(0), "m/t.xlsx");
  EXPECT_EQ(paths_of("m/?t").at(2), "m/t.csv");
}

TEST(WrongReferences, AreToldWithTheirPlace) {
  const FilesByName files{
      {"b.xlsx", test::xlsx_of("Sheet", named_rows, "<definedName name=\"corner\">Sheet!$A$1</definedName>")},
      {"t.csv", table.at("t.csv")}};
  EXPECT_EQ(error_of("k = GET XLS CONSTANTS('absent.xlsx', 'S', 'B2') ~~|\n", files), "m.mdl:2:5 no-data");
  EXPECT_EQ(error_of("k = GET XLS CONSTANTS('b.xlsx', 'Sheat', 'B2') ~~|\n", files),
            "m.mdl:2:5 unknown-name");
  EXPECT_EQ(error_of("k = GET XLS CONSTANTS('b.xlsx', 'Sheet', 'cornar') ~~|\n", files),
            "m.mdl:2:5 unknown-name");
  EXPECT_EQ(error_of("d := GET XLS DATA('t.csv', ',', 'A', 'Z2') ~~|\n", files), "m.mdl:2:6 no-data");
  EXPECT_EQ(error_of(dims + "k[E] = GET XLS CONSTANTS('b.xlsx', 'Sheet', 'corner') ~~|\n", files),
            "m.mdl:4:8 wrong-dimensions");
}

TEST(WrongReferences, AreToldAllAtOnceAndAFileOnce) {
  const auto model = resolved(
      "a = GET XLS CONSTANTS('x.xlsx', 'S', 'B2') ~~|\nb = GET XLS CONSTANTS('x.xlsx', 'S', 'B3') ~~|\n"
      "c = GET XLS CONSTANTS('t.csv', ',', 'nowhere') ~~|\n",
      table);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().size(), 2u);
}

TEST(FilesOfAModel, AreNamedOnceFromWhereTheModelIs) {
  const auto read = vensim::read(std::string("{UTF-8}\na = GET XLS CONSTANTS('x.xlsx', 'S', 'B2') ~~|\n"
                                             "b = GET XLS CONSTANTS('x.xlsx', 'S', 'B3') ~~|\n") +
                                     kSettings,
                                 "m.mdl");
  ASSERT_TRUE(read);
  const auto files = files_of(*read);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].file, "x.xlsx");
  EXPECT_EQ(to_string(files[0].location), "m.mdl:2:5");
  EXPECT_EQ(beside("models/m.mdl", "x.xlsx"), "models/x.xlsx");
  EXPECT_EQ(beside("models/m.mdl", "..\\d\\x.xlsx"), "d/x.xlsx");
  EXPECT_EQ(beside("m.mdl", "../x.xlsx"), "../x.xlsx");
}

TEST(Resolve, RefusesFewCellsThatStandFarApart) {
  const FilesByName files{
      {"f.xlsx", test::xlsx_of("S", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")}};
  EXPECT_EQ(error_of("d: GET DIRECT SUBSCRIPT('f.xlsx', 'S', 'A1', 'XFD1048576', '') ~~|\n", files),
            "m.mdl:2:1 too-large");
}

TEST(Formulas, MayHoldCallsThatReadNumbers) {
  EXPECT_THAT(at_start("k = GET DIRECT CONSTANTS('t.csv', ',', 'B2') * 2 + 1 ~~|\n", table, "k"),
              ElementsAre(21));
  EXPECT_THAT(at_start(dims + "k[D] = 1 + GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\n", table, "k"),
              ElementsAre(11, 21, 31));
  EXPECT_THAT(at_start(dims + "s[E] = INTEG(1, GET DIRECT CONSTANTS('t.csv', ',', 'B2*')) ~~|\n", table, "s"),
              ElementsAre(10, 11));
  EXPECT_THAT(run("d = MAX(GET DIRECT DATA('t.csv', ',', 'A', 'B2'), 10.5) ~~|\n", table, "d"),
              ElementsAre(10.5, 10.5, 11, 11, 11));
}

TEST(Series, HaveStatistics) {
  const std::string data = "d := GET DIRECT DATA('t.csv', ',', 'A', 'B2') ~~|\n";
  const auto of = [&](const std::string& call) {
    return run(data + "r = " + call + " ~~|\n", table, "r").back();
  };
  EXPECT_EQ(of("GET DATA MEAN(d, 0, 10)"), 10.5);
  EXPECT_EQ(of("GET DATA MAX(d, INITIAL TIME, FINAL TIME)"), 11);
  EXPECT_EQ(of("GET DATA MIN(d, 1.5, 3)"), 11);
  EXPECT_EQ(of("INITIAL(GET DATA MEDIAN(d, 0, 10))"), 10.5);
  EXPECT_EQ(of("GET DATA STDV(d, 0, 10)"), 0.5);
  EXPECT_TRUE(std::isnan(of("GET DATA MIN(d, 3, 4)")));
}

TEST(Text, IsPartedByTabsUnlessItsNameSaysCommas) {
  const FilesByName tabs{{"t.txt", "x\tA\n1\t10\n2\t11\n"}};
  EXPECT_THAT(at_start("k = GET DIRECT CONSTANTS('t.txt', '', 'B3') ~~|\n", tabs, "k"), ElementsAre(11));
}

}  // namespace
}  // namespace flowyard::controller::model::data

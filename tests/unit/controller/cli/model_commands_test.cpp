// `flowyard model ...` on small models, whole commands in memory. What they print is kept in
// tests/golden/cli; run with FLOWYARD_REFRESH_GOLDEN=1 to write it anew, then read the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/cli/main.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Two kBasins that fill; the flow into each is its share of a supply that can be set.
constexpr const char* kBasins = R"(name: Basins
doc: Two basins that one pipe fills.
time: {start: 0, stop: 4, step: 0.5, save_every: 1, units: hour}
dimensions: {side: [left, right]}
constants:
  supply: {value: 10, units: litre/hour, doc: What the pipe gives., limits: [0, 50]}
  share[side]: [0.25, 0.75]
lookups:
  pressure: {points: [[0, 1], [100, 0]]}
stocks:
  Water[side]: {initial: 2, inflows: [filling], units: litre}
flows:
  filling[side]: {value: 'supply * share[side] * pressure(Water[side])', units: litre/hour}
auxiliaries:
  total: {value: 'SUM(Water[side!])', units: litre}
)";

constexpr const char* kSales = R"({UTF-8}
orders ~ widget/Month ~ What customers ask for. ~|
Backlog = INTEG(orders - shipments, 5) ~ widget ~ ~|
shipments = Backlog / delay ~ widget/Month ~ ~|
delay = 2 ~ Month ~ ~|
spare = 7 ~ Dmnl ~ Nobody asks for it. ~|
INITIAL TIME = 0 ~ Month ~ ~|
FINAL TIME = 4 ~ Month ~ ~|
TIME STEP = 1 ~ Month ~ ~|
SAVEPER = TIME STEP ~ Month ~ ~|
)";

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Outcome {
  int status = 0;
  std::string out, err;
};

class ModelCommands : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) {
    std::ostringstream out, err;
    CliEnvironment environment;
    environment.out = &out;
    environment.err = &err;
    words.insert(words.begin(), {"flowyard", "model"});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    const int status = cli::main(static_cast<int>(arguments.size()), arguments.data(), environment);
    return {status, out.str(), err.str()};
  }

  void expect_golden(const std::string& name, const std::vector<std::string>& words, int status = 0) {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    std::string text = outcome.out;
    if (!outcome.err.empty()) text += "--- err\n" + outcome.err;
    const std::string folder = folder_.path();
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.replace(at, folder.size(), "FOLDER");
    const std::string path = std::string(GOLDEN_FOLDER) + "/model_" + name + ".txt";
    if (std::getenv("FLOWYARD_REFRESH_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(text, slurp(path)) << "golden file " << path;
  }

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }
  std::string basins_file() { return write("basins.yaml", kBasins); }
  std::string sales_file() { return write("sales.mdl", kSales); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(ModelCommands, FindFilesThatModelsFromWindowsNameInAnotherCase) {
  write("Data.csv", "t,v\n0,1.5\n2,4.5\n");
  const auto model =
      write("m.mdl",
            "{UTF-8}\nx := GET DIRECT DATA('DATA.CSV', ',', 'A', 'B2') ~~|\nINITIAL TIME=0~~|\n"
            "FINAL TIME=2~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n");
  const auto found = run({"run", model, "-r", "x", "-o", "csv"});
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("4.5"));
  write("dATA.csv", "t,v\n0,1.5\n2,4.5\n");
  EXPECT_THAT(run({"run", model}).err, HasSubstr("there is no such file"));  // which of the two is not clear
}

// What standard input says while it lives.
class PipedIn {
 public:
  explicit PipedIn(const std::string& text) : text_(text), before_(std::cin.rdbuf(text_.rdbuf())) {}
  ~PipedIn() {
    std::cin.rdbuf(before_);
    std::cin.clear();
  }

 private:
  std::istringstream text_;
  std::streambuf* before_;
};

TEST_F(ModelCommands, TakeModelsOfEveryKindFromStandardInput) {
  const auto piped = [this](const std::string& text, std::vector<std::string> words) {
    const PipedIn in(text);
    return run(std::move(words));
  };
  const auto basins = run({"run", basins_file(), "-o", "csv"});
  EXPECT_EQ(piped(kBasins, {"run", "-", "-o", "csv"}).out, basins.out);
  const auto sales = run({"run", sales_file(), "-o", "csv"});
  EXPECT_EQ(piped(kSales, {"run", "-", "-o", "csv"}).out, sales.out);
  EXPECT_THAT(piped(kSales, {"describe", "-", "-o", "csv"}).out, HasSubstr("Backlog,stock,widget"));
  EXPECT_THAT(piped(kSales, {"check", "-"}).out, HasSubstr("nothing in the model uses 'spare'"));
  run({"convert", sales_file(), "-o", path("sales.xmile"), "--no-check"});
  EXPECT_EQ(piped(slurp(path("sales.xmile")), {"run", "-", "-o", "csv"}).out, sales.out);
  const auto wrong = piped("stocks: {A: {initial: 1, net: b}}\n", {"run", "-"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("standard input:1:"));
}

TEST_F(ModelCommands, NameTheHelpThatApplies) {
  EXPECT_THAT(run({"run", "m.mdl", "--no-such-option"}).err, HasSubstr("see: flowyard model run --help"));
  EXPECT_THAT(run({"--no-such-option"}).err, HasSubstr("see: flowyard model --help"));
}

TEST_F(ModelCommands, TeachByExample) {
  expect_golden("help", {"run", "--help"});
}
TEST_F(ModelCommands, DescribeAModel) {
  expect_golden("describe", {"describe", basins_file()});
}
TEST_F(ModelCommands, DescribeAModelAsJson) {
  expect_golden("describe_json", {"describe", basins_file(), "-o", "json"});
}
TEST_F(ModelCommands, DescribeWhatDoesNotRunYet) {
  expect_golden("describe_unfed", {"describe", sales_file(), "-o", "csv"});
}
TEST_F(ModelCommands, RunAModel) {
  expect_golden("run", {"run", basins_file()});
}
TEST_F(ModelCommands, RunWithEverythingSet) {
  expect_golden("run_set", {"run",       basins_file(),
                            "-p",        "supply={0: 10, 4: 20}",
                            "-p",        "Share[right]=0.5",
                            "-p",        "pressure={0: 1, 10: 0}",
                            "--initial", "water[LEFT]=1",
                            "-r",        "Water",
                            "-r",        "filling[left]",
                            "--step",    "0.25",
                            "--stop",    "2",
                            "--method",  "rk4",
                            "-o",        "csv"});
}
TEST_F(ModelCommands, RunToTheTimesWanted) {
  expect_golden("run_times", {"run", basins_file(), "-r", "total", "-T", "1.5,6,0", "-o", "json"});
}
TEST_F(ModelCommands, RefuseATimeThatTheRunDoesNotComeBy) {
  expect_golden("run_wrong_time", {"run", basins_file(), "-r", "total", "-T", "0.3"}, 2);
}

TEST_F(ModelCommands, TellEveryMistakeInTheSettings) {
  const auto outcome =
      run({"run",       basins_file(),   "-p",        "suply=3",         "-p", "Water=3",     "-p", "total=3",
           "-p",        "share=[1,2,3]", "-p",        "share[middle]=1", "-p", "supply=many", "-p", "supply",
           "--initial", "supply=2",      "--initial", "Watr=2"});
  EXPECT_EQ(outcome.status, 2);
  for (const char* message :
       {"the model has no parameter 'suply', did you mean 'supply'?",
        "'Water' is a stock: set its value at the start with --initial Water=...",
        "'total' is computed by the model, so it cannot be set", "'share' has 2 element(s), not 3",
        "'share' has no element 'middle'", "'supply=many': the value must be a number",
        "'supply': write it as name=value", "'supply' is not a stock: set it with -p",
        "the model has no stock 'Watr', did you mean 'Water'?"})
    EXPECT_THAT(outcome.err, HasSubstr(message));
}

TEST_F(ModelCommands, TellWhichOutputWasMeant) {
  const auto outcome = run({"run", basins_file(), "-r", "totl"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'total'?"));
}

TEST_F(ModelCommands, TakeSeveralOutputsInOneWord) {
  EXPECT_EQ(run({"run", basins_file(), "-r", "total, filling[left]", "-o", "csv"}).out,
            run({"run", basins_file(), "-r", "total", "-r", "filling[left]", "-o", "csv"}).out);
}

TEST_F(ModelCommands, SetAWholeArrayByOneNumberOrOneByOne) {
  const std::vector<std::string> common{"run",     basins_file(), "-p", "pressure=1", "-r",
                                        "filling", "-T",          "0",  "-o",         "csv"};
  const auto with = [&](const std::string& setting) {
    auto words = common;
    words.insert(words.end(), {"-p", setting});
    return run(words).out;
  };
  EXPECT_EQ(with("share=0.5"), "time,filling[left],filling[right]\n0,5,5\n");
  EXPECT_EQ(with("share=[0.1, 0.9]"), "time,filling[left],filling[right]\n0,1,9\n");
  EXPECT_EQ(with("share[left]=1"), "time,filling[left],filling[right]\n0,10,7.5\n");
}

TEST_F(ModelCommands, FeedDataFromFilesDownAndAcross) {
  const auto down = write("down.tab", "Time\tother\tOrders\n0\t1\t10\n4\t1\t30\n");
  const auto across = write("across.csv", "Time,0,4\r\"orders\",10,30\r");
  for (const auto& file : {down, across}) {
    const auto outcome =
        run({"run", sales_file(), "--data", file, "-r", "orders", "-r", "Backlog", "-o", "csv"});
    EXPECT_EQ(outcome.out, "time,orders,Backlog\n0,10,5\n1,15,12.5\n2,20,21.25\n3,25,30.625\n4,30,40.3125\n")
        << outcome.err;
  }
}

TEST_F(ModelCommands, FeedDataByASetting) {
  const auto orders = [&](const std::string& setting) {
    return run({"run", sales_file(), "-p", setting, "-r", "orders", "-T", "0,1,4", "-o", "csv"}).out;
  };
  EXPECT_EQ(orders("Orders={4: 30, 0: 10}"), "time,orders\n0,10\n1,15\n4,30\n");
  EXPECT_EQ(orders("orders=7"), "time,orders\n0,7\n1,7\n4,7\n");
  EXPECT_THAT(run({"run", sales_file(), "-p", "orders=7", "-p", "orders=[1,2]"}).err,
              HasSubstr("'orders' is fed with data"));
}

TEST_F(ModelCommands, TellWhatIsWrongWithData) {
  const auto text = write("text.csv", "time,orders\n0,ten\n");
  EXPECT_THAT(run({"run", sales_file(), "--data", text}).err,
              HasSubstr("text.csv:2:2: 'ten' is not a number"));
  const auto other = write("other.csv", "time,order\n0,1\n");
  EXPECT_THAT(run({"run", sales_file(), "--data", other}).err, HasSubstr("data variables (orders)"));
  const auto unfed = run({"run", sales_file()});
  EXPECT_EQ(unfed.status, 2);
  EXPECT_THAT(unfed.err, HasSubstr("'orders' has no data"));
}

TEST_F(ModelCommands, ReadTheFilesThatAModelNamesBesideIt) {
  const auto model =
      write("shared.mdl",
            "{UTF-8}\nside: left, right ~~|\n"
            "share[side] = GET DIRECT CONSTANTS('shares.csv', ',', 'B1') ~~|\n"
            "Stock[side] = INTEG(share[side], 1) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\n"
            "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n");
  const auto absent = run({"run", model});
  EXPECT_EQ(absent.status, 2);
  EXPECT_THAT(absent.err, HasSubstr("shared.mdl:3:15: there is no such file (looked in '" +
                                    path("shares.csv") + "') (while reading 'shares.csv')"));
  write("shares.csv", "share,2,3\n");
  EXPECT_EQ(run({"run", model, "-r", "Stock", "-o", "csv"}).out,
            "time,Stock[left],Stock[right]\n0,1,1\n1,3,4\n");
  EXPECT_EQ(run({"run", model, "-p", "share[left]=5", "-r", "Stock", "-T", "1", "-o", "csv"}).out,
            "time,Stock[left],Stock[right]\n1,6,4\n");
  EXPECT_EQ(run({"describe", model}).status, 0);
  EXPECT_EQ(run({"convert", model, "-o", path("shared.yaml")}).status, 0);
}

TEST_F(ModelCommands, GoOnWhereAnEarlierResultEnds) {
  const auto file = basins_file();
  ASSERT_EQ(run({"run", file, "--stop", "2", "-o", path("first.tab")}).status, 0);
  const auto rest = run({"run", file, "--initial-from", path("first.tab"), "-r", "total", "-o", "csv"});
  const auto whole = run({"run", file, "-r", "total", "-T", "2,3,4", "-o", "csv"});
  EXPECT_EQ(rest.out, whole.out) << rest.err;
}

TEST_F(ModelCommands, WriteNetCdf) {
  const auto outcome = run({"run", basins_file(), "-r", "Water", "-r", "filling[left]", "-o", path("x.nc")});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto bytes = slurp(path("x.nc"));
  EXPECT_THAT(bytes, StartsWith("CDF\x02"));
  // Of the whole array one variable, of a part the element's own; the elements' names by their dimension.
  for (const char* text : {"side", "side_characters", "Water", "filling_left_", "litre/hour", "hour"})
    EXPECT_THAT(bytes, HasSubstr(text));
  EXPECT_THAT(bytes, HasSubstr(std::string("left\0right", 10)));
  EXPECT_THAT(bytes, testing::Not(HasSubstr("Water_left_")));
}

TEST_F(ModelCommands, CheckAModel) {
  const auto feed = "orders = 4 ~ widget ~ Not a rate. ~|\n" +
                    std::string(kSales).substr(std::string(kSales).find("Backlog"));
  expect_golden("check", {"check", write("sales.mdl", "{UTF-8}\n" + feed)}, 1);
}

TEST_F(ModelCommands, NameAnAlgebraicLoopVariableByVariable) {
  expect_golden(
      "check_loop",
      {"check", write("loop.yaml",
                      "name: Loop\ntime: {start: 0, stop: 1, step: 1}\nstocks: {S: {initial: 0, net: a}}\n"
                      "auxiliaries:\n  a: b + 1\n  b: c * 2\n  c: a - S\n")},
      1);
}

TEST_F(ModelCommands, CheckFindsNothingInAGoodModel) {
  const auto outcome = run({"check", basins_file()});
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_EQ(outcome.out, "");
}

TEST_F(ModelCommands, CheckTellsAnUnreadableFile) {
  const auto outcome = run({"check", write("broken.yaml", "stocks: [\n")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("broken.yaml:"));
  EXPECT_EQ(run({"check", path("absent.mdl")}).status, 2);
  EXPECT_EQ(run({"check", write("model.xlsx", "")}).status, 2);
}

TEST_F(ModelCommands, TellAllMistakesOfAFileAtOnce) {
  std::ofstream(path("wrong.stmx"))
      << "<xmile><sim_specs><start>0</start><stop>4</stop></sim_specs><model><variables>\n"
         "<aux name=\"a\"><eqn>(1 + </eqn></aux>\n"
         "<aux name=\"b\"><eqn>xx * a</eqn></aux>\n"
         "<stock name=\"s\"><eqn>1</eqn><inflow>g</inflow></stock>\n"
         "<aux name=\"c\"><eqn>d</eqn></aux><aux name=\"d\"><eqn>c + a[1]</eqn></aux>\n"
         "</variables></model></xmile>\n";
  const auto outcome = run({"check", path("wrong.stmx")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("2:25: expected a number, a name or '('"));
  EXPECT_THAT(outcome.err, HasSubstr("3:20: unknown name 'xx'"));
  EXPECT_THAT(outcome.err, HasSubstr("4:29: there is no flow 'g'"));
  EXPECT_THAT(outcome.err,
              HasSubstr("5:1: these depend on each other in a loop without a stock: c <- d <- c"));
  const auto lines = std::count(outcome.err.begin(), outcome.err.end(), '\n');
  EXPECT_EQ(lines, 4 * 3) << outcome.err;  // each with its line and a mark under it, and no cascade
}

TEST_F(ModelCommands, TellAllMistakesOfAYamlModelAtOnce) {
  const auto outcome = run({"check", write("wrong.yaml",
                                           "time: {start: 0, stop: 10, stpe: 1}\n"
                                           "constants:\n"
                                           "  rate: 0.1 +\n"
                                           "auxilaries:\n"
                                           "  foo: 3\n"
                                           "stocks:\n"
                                           "  S: {initial: foo, inflows: [inn]}\n"
                                           "  T: {inital: 3, net: rate}\n"
                                           "flows:\n"
                                           "  inn: S * rate + T + otherr\n"
                                           "  a: b\n"
                                           "  b: a\n")});
  EXPECT_EQ(outcome.status, 2);
  for (const char* wanted : {":1:28: unknown key 'stpe'", ":3:14: a number", ":4:1: unknown key 'auxilaries'",
                             ":8:6: the stock 'T' lacks", ":8:7: unknown key 'inital'",
                             ":10:23: unknown name 'otherr'", ":11:3: these depend"})
    EXPECT_THAT(outcome.err, HasSubstr(wanted));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 7 * 3) << outcome.err;
}

TEST_F(ModelCommands, CheckInJsonTellsMistakesOfAnyKindAlike) {
  const auto missing = run({"check", path("absent.mdl"), "-o", "json"});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.out, HasSubstr("\"severity\": \"error\""));
  EXPECT_THAT(missing.out, HasSubstr("there is no such file"));
  const auto broken =
      run({"check", write("broken.yaml", "time: {start: 0, stop: 1, step: 1}\nconstants:\n  a: 1 +\n"), "-o",
           "json"});
  EXPECT_EQ(broken.status, 2);
  EXPECT_THAT(broken.out, HasSubstr("\"line\": 3"));
  EXPECT_EQ(broken.err, "");
}

TEST_F(ModelCommands, CheckTellsTimesThatMakeNoRunWithTheirPlace) {
  const auto outcome = run({"check", write("late.yaml",
                                           "time:\n  start: 5\n  stop: 1\n  step: -1\n"
                                           "stocks: {S: {initial: 0, net: 1}}\n")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("late.yaml:3:9: error: the stop time 1 is before the start time 5"));
  EXPECT_THAT(outcome.out, HasSubstr("late.yaml:4:9: error: the time step must be greater than 0, not -1"));
}

TEST_F(ModelCommands, CheckShowsTheLineOfAFileInUtf16) {
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("a = nope ~~|\n")) wide.append({c, '\0'});
  EXPECT_THAT(run({"check", write("wide.mdl", wide)}).err, HasSubstr("    a = nope ~~|\n        ^\n"));
}

TEST_F(ModelCommands, RunTellsTheMistakesOfAllOptionsAtOnce) {
  const auto outcome = run({"run", basins_file(), "-p", "nope=1", "-p", "odd", "-r", "Watr", "-T", "0.3",
                            "--initial", "Water=1", "--initial", "water=2", "-o", "results.doc"});
  EXPECT_EQ(outcome.status, 2);
  for (const char* wanted : {"results.doc", "no parameter 'nope'", "'odd': write it as", "no variable 'Watr'",
                             "come by time 0.3", "'water' is set twice by --initial"})
    EXPECT_THAT(outcome.err, HasSubstr(wanted));
}

TEST_F(ModelCommands, FindFlowsWithoutAStock) {
  std::ofstream(path("idle.stmx"))
      << "<xmile><sim_specs><start>0</start><stop>4</stop></sim_specs><model><variables>\n"
         "<flow name=\"f\"><eqn>1</eqn></flow>\n</variables></model></xmile>\n";
  EXPECT_THAT(run({"check", path("idle.stmx")}).out,
              HasSubstr("2:1: unused: the flow 'f' belongs to no stock"));
}

TEST_F(ModelCommands, DrawAModel) {
  expect_golden("graph", {"graph", basins_file(), "--kind", "stock-flow"});
  EXPECT_EQ(run({"graph", basins_file(), "-o", path("basins.dot")}).status, 0);
  EXPECT_THAT(slurp(path("basins.dot")), StartsWith("digraph"));
  EXPECT_EQ(run({"graph", basins_file(), "-o", path("basins.png")}).status, 2);
}

TEST_F(ModelCommands, DrawAnSvgOrTellWhyNot) {
  const auto outcome = run({"graph", basins_file(), "-o", path("basins.svg")});
  if (outcome.status == 0) {
    EXPECT_THAT(slurp(path("basins.svg")), HasSubstr("<svg"));
  } else {
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("'dot' is not installed: install the package graphviz"));
    EXPECT_FALSE(std::filesystem::exists(path("basins.svg")));
  }
  EXPECT_FALSE(std::filesystem::exists(path("basins.svg.dot.part")));
}

TEST_F(ModelCommands, ConvertAndProveItByRunningBoth) {
  for (const std::string target : {"basins.xmile", "again.yaml"}) {
    const auto outcome = run({"convert", basins_file(), "-o", path(target)});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("both run the same: 8 columns compared at 5 times"));
    EXPECT_EQ(run({"run", path(target), "-r", "total", "-o", "csv"}).out,
              run({"run", basins_file(), "-r", "total", "-o", "csv"}).out);
  }
}

TEST_F(ModelCommands, ConvertOnlyToWhatTheyCanWrite) {
  EXPECT_EQ(run({"convert", basins_file(), "-o", path("basins.mdl")}).status, 2);
  EXPECT_EQ(run({"convert", sales_file(), "-o", path("sales.yaml")}).status, 2);
}

TEST_F(ModelCommands, ShowTheirHelpWhenNothingIsAsked) {
  const auto outcome = run({});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("flowyard model check teacup.mdl"));
}

}  // namespace
}  // namespace flowyard::controller::cli

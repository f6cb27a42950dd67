// What is drawn on the screen, from plain values.
#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "controller/cli/client/event_stream.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/progress.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

using namespace std::chrono_literals;

struct Screen {
  explicit Screen(int width = 0, std::map<std::string, std::string> variables = {}) {
    environment.out = &out;
    environment.err = &err;
    environment.out_is_terminal = environment.err_is_terminal = width > 0;
    environment.width = width;
    environment.variables = std::move(variables);
  }
  std::ostringstream out, err;
  CliEnvironment environment;
};

TEST(Text, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("Größe"), 5);
  EXPECT_EQ(display_width("人口"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("\xff"), 1);
}

TEST(Text, TrimsToColumns) {
  EXPECT_EQ(trimmed("abcdef", 6), "abcdef");
  EXPECT_EQ(trimmed("abcdef", 4), "abc…");
  EXPECT_EQ(trimmed("人口増加", 4), "人…");
  EXPECT_EQ(trimmed("abc", 0), "");
}

TEST(Text, FormatsDurations) {
  EXPECT_EQ(format_seconds(0.00085), "850 us");
  EXPECT_EQ(format_seconds(0.01234), "12.3 ms");
  EXPECT_EQ(format_seconds(4.561), "4.56 s");
  EXPECT_EQ(format_seconds(192), "3m12s");
  EXPECT_EQ(format_seconds(7500), "2h05m");
  EXPECT_EQ(format_seconds(std::nan("")), "-");
  EXPECT_EQ(format_roughly(0.2), "1 s");
  EXPECT_EQ(format_roughly(12.4), "12 s");
  EXPECT_EQ(format_roughly(57), "60 s");
  EXPECT_EQ(format_roughly(170), "3 min");
  EXPECT_EQ(format_roughly(7000), "2 h");
  EXPECT_EQ(format_roughly(4e5), "5 days");
  EXPECT_EQ(format_age(75), "75s");
  EXPECT_EQ(format_age(3600 * 5), "5h");
}

TEST(Text, FormatsCountsAndSizes) {
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000000), "1,000,000");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(64u << 20), "64.0 MiB");
  EXPECT_EQ(plural(1, "worker"), "1 worker");
  EXPECT_EQ(plural(3, "worker"), "3 workers");
}

TEST(Text, ParsesDurations) {
  EXPECT_EQ(parse_duration("90s").value(), 90s);
  EXPECT_EQ(parse_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_duration("500ms").value(), 500ms);
  EXPECT_EQ(parse_duration("1.5d").value(), 36h);
  for (const char* text : {"", "10", "m", "-5s", "10x", "10m5", "1e99s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

Table example() {
  Table table({{"NAME"}, {"RUNS", Align::Right}, {"REASON"}});
  table.add({"novel-poodle", "20", ""});
  table.add({"人口", "1000", "out of memory, and then \"more\""});
  return table;
}

TEST(Table, AlignsByDisplayWidth) {
  Screen screen;
  Terminal terminal(screen.environment, false);
  example().print(terminal);
  EXPECT_EQ(screen.out.str(),
            "NAME          RUNS  REASON\n"
            "novel-poodle    20\n"
            "人口          1000  out of memory, and then \"more\"\n");
}

TEST(Table, TrimsItsWidestColumnToTheTerminal) {
  Screen screen(30);
  Terminal terminal(screen.environment, false);
  example().print(terminal);
  EXPECT_EQ(screen.out.str(),
            "NAME          RUNS  REASON\n"
            "novel-poodle    20\n"
            "人口          1000  out of me…\n");
}

Table wide() {
  Table table({{"REGION"},
               {"growth_rate", Align::Right},
               {"final", Align::Right},
               {"REASON"},
               {"peak", Align::Right}});
  table.add({"north", "0.05", "10000.25", "out of memory (limit 64 MiB)", "12345.678"});
  table.add({"south-west", "0.1", "7.5", "", "1"});
  return table;
}

std::string printed(const Table& table, int width) {
  Screen screen(width);
  Terminal terminal(screen.environment, false);
  table.print(terminal);
  return screen.out.str();
}

TEST(Table, ShowsNumbersWholeAndTrimsTexts) {
  EXPECT_EQ(printed(wide(), 80),
            "REGION      growth_rate     final  REASON                             peak\n"
            "north              0.05  10000.25  out of memory (limit 64 MiB)  12345.678\n"
            "south-west          0.1       7.5                                        1\n");
  EXPECT_EQ(printed(wide(), 60),
            "REGION      growth_rate     final  REASON               peak\n"
            "north              0.05  10000.25  out of memory…  12345.678\n"
            "south-west          0.1       7.5                          1\n");
}

TEST(Table, PutsWhatDoesNotFitIntoASecondBlock) {
  EXPECT_EQ(printed(wide(), 40),
            "REGION      growth_rate     final\n"
            "north              0.05  10000.25\n"
            "south-west          0.1       7.5\n"
            "\n"
            "REGION      REASON         peak\n"
            "north       out of …  12345.678\n"
            "south-west                    1\n");
}

TEST(Table, BeginsEachBlockWithWhatNamesTheRow) {
  auto table = wide();
  table.name_rows_by({0, 1});
  const auto text = printed(table, 50);
  EXPECT_NE(text.find("\n\nREGION      growth_rate       peak\n"), text.npos) << text;
  // As far as there is room for more beside it.
  EXPECT_EQ(printed(table, 40), printed(wide(), 40));
}

TEST(Table, TellsWhatIsNotInItsFirstBlock) {
  Screen screen(40);
  Terminal terminal(screen.environment, false);
  EXPECT_EQ(wide().print_first_block(terminal), (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(screen.out.str().find("peak"), std::string::npos);
  Screen another(40);
  Terminal more(another.environment, false);
  EXPECT_TRUE(wide().print_first_block(more, 3).empty());
  EXPECT_EQ(another.out.str(), printed(wide(), 40));
  Screen pipe;
  Terminal no_terminal(pipe.environment, false);
  EXPECT_TRUE(wide().print_first_block(no_terminal).empty());
}

TEST(Table, LeavesOutTheMiddleOfManyRows) {
  Table table({{"N", Align::Right}});
  for (int i = 0; i < 100; ++i) table.add({std::to_string(i)});
  EXPECT_EQ(table.shorten(), 80u);
  const auto text = printed(table, 80);
  EXPECT_NE(text.find("14\n...\n95\n"), std::string::npos);
}

TEST(Terminal, IsEightyColumnsWideWhereItDoesNotTell) {
  Screen screen;
  EXPECT_EQ(Terminal(screen.environment, false).out_width(), 0);
  screen.environment.out_is_terminal = true;
  EXPECT_EQ(Terminal(screen.environment, false).out_width(), 80);
}

TEST(Text, GivesTheNumbersOfAColumnTheSameDecimals) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(format_numbers({1, 20, 300}), (Texts{"1", "20", "300"}));
  EXPECT_EQ(format_numbers({0.05, 0.1}), (Texts{"0.05", "0.10"}));
  EXPECT_EQ(format_numbers({9955.2614, 10000}), (Texts{"9955.3", "10000.0"}));
  EXPECT_EQ(format_numbers({0.5, std::nan(""), -12}), (Texts{"0.5", "-", "-12.0"}));
  EXPECT_EQ(format_numbers({1e-12, 1}), (Texts{"1.00000e-12", "1.00000e+00"}));
  EXPECT_EQ(format_numbers({1.0 / 3}), (Texts{"0.333333"}));
  EXPECT_EQ(format_numbers({std::nan("")}), (Texts{"-"}));
  EXPECT_EQ(format_numbers({}), Texts{});
}

TEST(Table, QuotesCsv) {
  Screen screen;
  example().print_csv(screen.out);
  EXPECT_EQ(screen.out.str(),
            "NAME,RUNS,REASON\nnovel-poodle,20,\n人口,1000,\"out of memory, and then \"\"more\"\"\"\n");
}

Color red(const std::string&) {
  return Color::Red;
}

TEST(Table, ColoursOnATerminalUnlessNoColorIsSet) {
  using Variables = std::map<std::string, std::string>;
  const std::vector<std::pair<Variables, bool>> cases = {
      {{}, true}, {{{"NO_COLOR", "1"}}, false}, {{{"NO_COLOR", ""}}, true}, {{{"TERM", "dumb"}}, false}};
  for (const auto& [variables, coloured] : cases) {
    Screen screen(80, variables);
    Terminal terminal(screen.environment, false);
    auto table = example();
    table.color(0, red);
    table.print(terminal);
    EXPECT_EQ(screen.out.str().find("\x1b[31mnovel-poodle\x1b[0m") != std::string::npos, coloured);
  }
}

service::ExperimentView half_done() {
  service::ExperimentView view;
  view.name = "sweep";
  view.scenarios = 60;
  view.done = 29;
  view.failed = 1;
  view.workers_live = 3;
  view.wall_seconds = 4.2;
  return view;
}

TEST(Progress, FitsTheTerminal) {
  const auto bar = progress_bar(half_done(), 100);
  EXPECT_EQ(bar, "[###############...............]   50%  29/60 scenarios, 3 workers, 1 failed  4.2 s");
  for (int width : {20, 40, 60, 80, 200}) EXPECT_LT(display_width(progress_bar(half_done(), width)), width);
}

TEST(Progress, TellsHowLongItWillStillTakeWhereThatIsKnown) {
  auto view = half_done();
  view.eta_seconds = 130;
  EXPECT_TRUE(progress_bar(view, 120).ends_with("1 failed  4.2 s, about 2 min left"));
  EXPECT_TRUE(progress_line(view).ends_with("(4.2 s, about 2 min left)"));
  view.state = experiment::ExperimentState::Cancelled;
  EXPECT_TRUE(progress_line(view).ends_with("(4.2 s)"));
}

TEST(Progress, CountsWhatProgramsSayOfScenariosAtHand) {
  auto view = half_done();
  view.part_done = 1.52;
  EXPECT_EQ(progress_bar(view, 120).substr(0, 88),
            "[###############...............]   52%  29/60 scenarios, 3 workers, 1.5 of 3 at hand, 1 ");
  EXPECT_EQ(progress_line(view),
            "sweep: 29 of 60 scenarios done, 1.5 of 3 at hand, 1 failed, 3 workers at work (4.2 s)");
}

TEST(Describe, TellsWhatIsTriedAgainAndWhatIsBorne) {
  Screen screen;
  Terminal terminal(screen.environment, false);
  auto view = half_done();
  view.tried_again = 12;
  view.smallest_batch = 3;
  view.attempts = 3;
  view.failures_max = 5;
  print_head(terminal, view);
  EXPECT_NE(screen.out.str().find("Tried again   12 scenarios, in batches of 3 and more\n"),
            std::string::npos);
  EXPECT_NE(screen.out.str().find("Failures      1 of 5 that it bears\n"), std::string::npos);
  view.tried_again = view.smallest_batch = 1;
  view.most_tries = 2;
  print_head(terminal, view);
  EXPECT_NE(screen.out.str().find("Tried again   1 scenario, alone; 2 of 3 attempts failed\n"),
            std::string::npos);
}

TEST(Progress, IsRedrawnOnATerminal) {
  Screen screen(100);
  Terminal terminal(screen.environment, false);
  {
    ProgressDisplay display(terminal);
    display.show(half_done());
  }
  EXPECT_TRUE(screen.err.str().starts_with("\r\x1b[K[####"));
  EXPECT_TRUE(screen.err.str().ends_with("\r\x1b[K"));
}

TEST(Progress, IsALineForEveryTenthInAPipe) {
  Screen screen;
  Terminal terminal(screen.environment, false);
  ProgressDisplay display(terminal);
  auto view = half_done();
  view.failed = 0;
  for (view.done = 0; view.done <= 60; ++view.done) display.show(view);
  const auto text = screen.err.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_TRUE(text.starts_with("sweep: 0 of 60 scenarios done, 3 workers at work (4.2 s)\n"));
}

TEST(Progress, IsSilentWhenAskedTo) {
  Screen screen(100);
  Terminal terminal(screen.environment, true);
  ProgressDisplay display(terminal);
  display.show(half_done());
  display.say("news");
  EXPECT_EQ(screen.err.str(), "");
}

TEST(EventStream, GivesWholeEventsWhateverThePieces) {
  const std::string text =
      "retry: 1000\n: listening\n\nid: 7\nevent: worker\ndata: {\"a\":\ndata: 1}\n\n: still here\n\n"
      "id: 8\r\nevent: note\r\ndata: x\r\n\r\nid: 9\ndata: unfinished";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    EventStreamParser parser;
    std::vector<ServerEvent> events;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      for (auto& event : parser.push(std::string_view(text).substr(i, piece))) events.push_back(event);
    }
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].id, "7");
    EXPECT_EQ(events[0].type, "worker");
    EXPECT_EQ(events[0].data, "{\"a\":\n1}");
    EXPECT_EQ(events[1].data, "x");
  }
}

}  // namespace
}  // namespace flowyard::controller::cli

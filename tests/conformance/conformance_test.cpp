// Runs every model of the conformance folder and compares each column at each saved time with the published
// output. Prints a table by tier. Cases that are known to fail stand in known.tsv, with the reason; any other
// failure, and any known one that has come to pass, fails this test. FLOWYARD_CASE=text picks the cases whose
// path contains it and shows all their differences.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/text.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/model/data/feed.hpp"
#include "controller/model/data/number_table.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/vensim/reader.hpp"
#include "controller/model/xmile/read.hpp"
#include "tests/conformance/expected.hpp"
#include "tests/support/conformance_folder.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::test {
namespace {

namespace engine = worker::engine;
namespace fs = std::filesystem;
using namespace flowyard::controller;

struct Case {
  std::string model;
  std::string expected;
  int tier = 0;
  std::string note;
  std::string data = {};  // feeds the data variables
};

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<Case> cases_in(const fs::path& folder) {
  std::vector<Case> cases;
  std::ifstream stream(folder / "cases.tsv");
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    const auto parts = split(line, '\t');
    if (parts.size() >= 5)
      cases.push_back(
          {.model = parts[0], .expected = parts[1], .tier = std::stoi(parts[2]), .note = parts[4]});
  }
  return cases;
}

std::map<std::string, std::string> known_failures() {
  std::map<std::string, std::string> known;
  std::ifstream stream(FLOWYARD_KNOWN_FAILURES);
  for (std::string line; std::getline(stream, line);) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) known[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return known;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string joined(const Errors& errors) {
  std::string all;
  for (std::size_t i = 0; i < errors.size() && i < 3; ++i) all += (i ? "; " : "") + to_string(errors[i]);
  return all;
}

// What the path means on Windows, for the name alone.
fs::path in_other_case(const fs::path& path) {
  if (!fs::exists(path.parent_path())) return path;
  for (const auto& entry : fs::directory_iterator(path.parent_path()))
    if (lower(entry.path().filename().string()) == lower(path.filename().string())) return entry.path();
  return path;
}

Results<model::Model> read_model(const fs::path& file) {
  const std::string extension = file.extension().string();
  const bool vensim = extension == ".mdl" || extension == ".MDL";
  auto read = vensim ? model::vensim::read(bytes_of(file), file.filename().string())
                     : model::xmile::read(bytes_of(file), file.filename().string());
  if (!read) return read;
  return model::data::resolve(std::move(*read), [&](const std::string& name) -> Result<std::string> {
    for (const fs::path& beside : {file.parent_path() / name, in_other_case(file.parent_path() / name)})
      if (fs::exists(beside)) return bytes_of(beside);
    return invalid("there is no such file");
  });
}

using Columns = std::map<std::string, std::vector<double>>;

Columns columns_of(const engine::RunOutput& output) {
  Columns columns;
  const std::size_t saves = output.times.size();
  for (const auto& series : output.series) {
    const std::size_t elements = series.elements.size();
    for (std::size_t e = 0; e < elements; ++e) {
      const std::string& element = series.elements[e];
      auto& column = columns[column_key(element.empty() ? series.name : series.name + "[" + element + "]")];
      for (std::size_t k = 0; k < saves; ++k) column.push_back(series.values[k * elements + e]);
    }
  }
  return columns;
}

// Differences, one line each.
std::vector<std::string> differences(const Expected& expected, const engine::RunOutput& output,
                                     const Case& c) {
  std::vector<std::string> found;
  const Columns columns = columns_of(output);
  const bool shared_only =
      c.note.find("lack") != std::string::npos || c.note.find("compare") != std::string::npos;
  // Where the published numbers themselves are less exact, the note says so.
  double tolerance = 1e-5;
  if (c.note.find("rtol 1e-2") != std::string::npos) tolerance = 1e-2;
  if (c.note.find("rtol 2e-2") != std::string::npos) tolerance = 2e-2;
  // Nobody can reproduce Vensim's random numbers: what depends on them, in the one case that has any.
  const std::set<std::string> random = {"kwhperstoveperday", "energyconsumptionrate",
                                        "totalenergyconsumption"};
  const bool has_random = c.note.find("RANDOM UNIFORM columns not reproducible") != std::string::npos;
  for (const auto& column : expected.columns) {
    if (column.name.empty() || (has_random && random.contains(column_key(column.name)))) continue;
    const auto ours = columns.find(column_key(column.name));
    if (ours == columns.end()) {
      if (!shared_only) found.push_back("no variable for the column '" + column.name + "'");
      continue;
    }
    double magnitude = 0;
    for (const auto& value : column.values)
      if (value) magnitude = std::max(magnitude, std::abs(*value));
    for (std::size_t row = 0; row < expected.times.size(); ++row) {
      if (!column.values[row]) continue;
      const double time = expected.times[row];
      std::size_t at = 0;
      while (at < output.times.size() &&
             std::abs(output.times[at] - time) > 1e-5 * std::max(1.0, std::abs(time)))
        ++at;
      if (at == output.times.size()) {
        found.push_back("no save at time " + std::to_string(time));
        return found;
      }
      const double want = *column.values[row];
      const double have = ours->second[at];
      const double allowed = tolerance * std::max(magnitude, std::abs(want)) + column.printed_errors[row];
      if (std::abs(have - want) <= std::max(allowed, 1e-12)) continue;
      found.push_back(column.name + " at " + std::to_string(time) + ": " + std::to_string(have) +
                      " instead of " + std::to_string(want));
      break;
    }
  }
  return found;
}

std::vector<std::string> failures_of(const Case& c, const fs::path& folder) {
  auto model = read_model(folder / c.model);
  if (!model) return {"read: " + joined(model.error())};
  if (!c.data.empty()) {
    const auto numbers = model::data::read_numbers(bytes_of(folder / c.data), c.data);
    if (!numbers) return {"data: " + joined(numbers.error())};
    if (const auto fed = model::data::feed_data(*model, *numbers, c.data); !fed)
      return {"data: " + joined(fed.error())};
  }
  auto names = compiler::series_names(*model);
  for (const std::string setting : {"INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"})
    if (std::none_of(names.begin(), names.end(),
                     [&](auto& n) { return model::key_of(n) == model::key_of(setting); }))
      names.push_back(setting);
  auto program = compiler::compile(*model, {.series = std::move(names)});
  if (!program) return {"compile: " + joined(program.error())};
  engine::Runner runner(std::make_shared<engine::Program>(std::move(*program)));
  engine::RunOutput output;
  if (auto ran = runner.run({}, output); !ran) return {"run: " + to_string(ran.error())};
  return differences(read_expected(folder / c.expected), output, c);
}

TEST(Conformance, EveryCaseGivesItsPublishedOutput) {
  const fs::path folder = conformance_folder(FLOWYARD_SOURCE_DIR);
  if (folder.empty()) GTEST_SKIP() << "no conformance folder here: set FLOWYARD_CONFORMANCE";
  const char* only = std::getenv("FLOWYARD_CASE");
  const auto known = known_failures();
  std::map<int, std::pair<int, int>> by_tier;  // passed, all
  for (const Case& c : cases_in(folder)) {
    if (only && c.model.find(only) == std::string::npos) continue;
    const auto failures = failures_of(c, folder);
    auto& [passed, all] = by_tier[c.tier];
    ++all;
    if (failures.empty()) ++passed;
    const auto expected_to_fail = known.find(c.model);
    for (std::size_t i = 0; i < failures.size() && (only || i < 1); ++i)
      std::cout << "  " << c.tier << " " << c.model << ": " << failures[i] << '\n';
    if (expected_to_fail == known.end())
      EXPECT_TRUE(failures.empty()) << c.model;
    else
      EXPECT_FALSE(failures.empty()) << c.model << " passes now: take it out of known.tsv";
  }
  int passed_all = 0;
  int total = 0;
  for (const auto& [tier, counts] : by_tier) {
    std::cout << "tier " << tier << ": " << counts.first << " of " << counts.second << '\n';
    passed_all += counts.first;
    total += counts.second;
  }
  std::cout << "all: " << passed_all << " of " << total << '\n';
}

// The small models of cases/, a folder each.
TEST(Cases, GiveWhatTheyMust) {
  std::size_t count = 0;
  for (const auto& folder : fs::directory_iterator(FLOWYARD_CASES)) {
    if (!folder.is_directory()) continue;
    SCOPED_TRACE(folder.path().filename().string());
    Case c{.model = {}, .expected = "expected.csv", .note = {}};
    for (const auto& file : fs::directory_iterator(folder)) {
      const std::string name = file.path().filename().string();
      if (name.starts_with("m.")) c.model = name;
      if (name.ends_with(".tab")) c.data = name;
    }
    ++count;
    EXPECT_THAT(failures_of(c, folder.path()), testing::IsEmpty());
  }
  EXPECT_GE(count, 13U);
}

}  // namespace
}  // namespace flowyard::test

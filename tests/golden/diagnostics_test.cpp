// The sentences of all diagnostics, each where it was written first: diagnostics/*.cases holds small models,
// each followed by what is said of it. Other tests look at codes and places only. FLOWYARD_REFRESH_GOLDEN=1
// writes what is said anew; read the difference before committing it.
//
//   === what the case is about
//   --- m.mdl                                  the model; its name's end chooses the reader
//   x = nope ~~|
//   --- t.csv                                  and the files that it names, if it names any; of an .xlsx: the
//   x,1                                        name of its sheet, its rows, its names of areas
//   --- says
//   m.mdl:1:5: unknown-name: unknown name 'nope'
//
// A .csv in the model's place is read as a table of numbers over time. `--- says as XMILE`: of writing the
// model as that. \xHH is the byte HH, for models that are no text.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>

#include "common/base/diagnostic_code.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/model/data/number_table.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/formats/reader.hpp"
#include "controller/model/xmile/write.hpp"
#include "tests/support/workbooks.hpp"

namespace flowyard::controller {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string name;
  std::string text;
};

struct Case {
  std::string title;
  std::vector<File> files;  // the model first
  std::string of = {};      // " as XMILE"
  std::string said = {};
};

std::string with_bytes(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") != 0) {
      bytes += text[i];
      continue;
    }
    bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
    i += 3;
  }
  return bytes;
}

std::vector<Case> cases_in(const fs::path& file) {
  std::vector<Case> cases;
  std::string* part = nullptr;
  std::ifstream stream(file, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("=== ")) {
      cases.push_back({.title = line.substr(4), .files = {}});
      part = nullptr;
    } else if (line.starts_with("--- says")) {
      cases.back().of = line.substr(8);
      part = &cases.back().said;
    } else if (line.starts_with("--- ")) {
      part = &cases.back().files.emplace_back(File{.name = line.substr(4), .text = {}}).text;
    } else if (part != nullptr) {
      *part += line + "\n";
    }
  }
  return cases;
}

std::string with_colon(const FileLocation& location) {
  const std::string place = to_string(location);
  return place.empty() ? place : place + ": ";
}

std::string content_of(const File& file) {
  if (!file.name.ends_with(".xlsx")) return with_bytes(file.text);
  std::istringstream lines(file.text);
  std::string sheet, rows, names;
  std::getline(lines, sheet);
  std::getline(lines, rows);
  std::getline(lines, names);
  return test::xlsx_of(sheet, rows, names);
}

model::PartlyRead read(const Case& one) {
  const File& model = one.files.front();
  auto read = model::formats::reader_for(model.name)(content_of(model), model.name);
  if (!read.errors.empty() || one.files.size() == 1) return read;
  const auto source = [&](const std::string& name) -> Result<std::string> {
    for (const File& file : one.files)
      if (file.name == name) return content_of(file);
    return invalid(DiagnosticCode::NoData, "there is no such file");
  };
  return model::data::resolve_partly(std::move(read.model), source);
}

// Every error and warning. A compiler's word on what cannot be read is not asked for.
std::string said_of(const Case& one) {
  std::string said;
  const auto tell = [&](const Errors& errors) {
    for (Error error : errors) {
      said += with_colon(std::exchange(error.location, {}));
      said += std::string(to_string(error.diagnostic.value())) + ": " + to_string(error) + "\n";
    }
  };
  const File& first = one.files.front();
  if (first.name.ends_with(".csv")) {
    if (const auto table = model::data::read_numbers(content_of(first), first.name); !table)
      tell(table.error());
    return said;
  }
  const auto reading = read(one);
  const auto warn = [&](const std::vector<model::Warning>& warnings) {
    for (const auto& warning : warnings)
      said += with_colon(model::source_location(reading.model, warning.location)) +
              "warning: " + std::string(to_string(warning.diagnostic)) + ": " + warning.message + "\n";
  };
  warn(reading.model.warnings);
  tell(reading.errors);
  if (!reading.errors.empty()) return said;
  if (one.of == " as XMILE") {
    if (const auto written = model::xmile::write(reading.model); !written) tell(written.error());
    return said;
  }
  warn(compiler::lint(reading.model));
  const auto compiled =
      compiler::compile(reading.model, {.series = compiler::series_names(reading.model), .outcomes = {}});
  if (!compiled) tell(compiled.error());
  tell(compiled ? compiler::time_errors(reading.model, *compiled) : compiler::time_errors(reading.model));
  return said;
}

TEST(DiagnosticSentences, AreWhatTheyWere) {
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(FLOWYARD_GOLDEN_FOLDER "/diagnostics")) {
    if (entry.path().extension() != ".cases") continue;
    auto cases = cases_in(entry.path());
    for (Case& one : cases) {
      const std::string said = said_of(one);
      EXPECT_NE(said, "") << entry.path() << ": " << one.title;
      EXPECT_EQ(said, one.said) << entry.path() << ": " << one.title;
      one.said = said;
      ++compared;
    }
    if (std::getenv("FLOWYARD_REFRESH_GOLDEN") == nullptr) continue;
    std::ofstream anew(entry.path(), std::ios::binary);
    for (const Case& one : cases) {
      anew << "=== " << one.title << "\n";
      for (const File& file : one.files) anew << "--- " << file.name << "\n" << file.text;
      anew << "--- says" << one.of << "\n" << one.said;
    }
  }
  EXPECT_GE(compared, 100U);
}

}  // namespace
}  // namespace flowyard::controller

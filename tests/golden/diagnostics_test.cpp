// The sentences of all diagnostics, each where it was written first: diagnostics/*.cases holds small models,
// each followed by what is said of it. Other tests look at codes and places only. FLOWYARD_REFRESH_GOLDEN=1
// writes what is said anew; read the difference before committing it.
//
//   === what the case is about
//   --- m.mdl                                  the model; its name's end chooses the reader
//   x = nope ~~|
//   --- says
//   m.mdl:1:5: unknown-name: unknown name 'nope'
//
// \xHH is the byte HH, for models that are no text.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "common/base/diagnostic_code.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/model/formats/reader.hpp"

namespace flowyard::controller {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string title;
  std::string file_name;
  std::string text;
  std::string said;
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
      cases.push_back({.title = line.substr(4), .file_name = {}, .text = {}, .said = {}});
      part = nullptr;
    } else if (line == "--- says") {
      part = &cases.back().said;
    } else if (line.starts_with("--- ")) {
      cases.back().file_name = line.substr(4);
      part = &cases.back().text;
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

// Every error and warning. A compiler's word on what cannot be read is not asked for.
std::string said_of(const Case& one) {
  const auto reading = model::formats::reader_for(one.file_name)(with_bytes(one.text), one.file_name);
  std::string said;
  const auto tell = [&](const Errors& errors) {
    for (const Error& error : errors)
      said += with_colon(error.location) + std::string(to_string(error.diagnostic.value())) + ": " +
              error.message + "\n";
  };
  const auto warn = [&](const std::vector<model::Warning>& warnings) {
    for (const auto& warning : warnings)
      said += with_colon(model::source_location(reading.model, warning.location)) +
              "warning: " + std::string(to_string(warning.diagnostic)) + ": " + warning.message + "\n";
  };
  warn(reading.model.warnings);
  tell(reading.errors);
  if (!reading.errors.empty()) return said;
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
    for (const Case& one : cases)
      anew << "=== " << one.title << "\n--- " << one.file_name << "\n"
           << one.text << "--- says\n"
           << one.said;
  }
  EXPECT_GE(compared, 100U);
}

}  // namespace
}  // namespace flowyard::controller

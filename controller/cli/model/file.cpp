#include "controller/cli/model/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <tuple>

#include "common/base/text.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/formats/reader.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr const char* kPipedIn = "-";

namespace fs = std::filesystem;

// One byte more than may be, to know whether there is more; pipes have no size to ask for.
Result<std::string> content_of(std::istream& file) {
  std::string content;
  char block[1 << 16];
  while (file.read(block, sizeof block), file.gcount() > 0) {
    content.append(block, static_cast<std::size_t>(file.gcount()));
    if (content.size() > model::kMaxModelBytes) return failure(ErrorCode::Limit, "it is larger than 64 MiB");
  }
  if (file.bad()) return invalid(std::strerror(errno));
  return content;
}

Result<std::string> content_of(const std::string& path) {
  if (path == kPipedIn) return content_of(std::cin);
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return invalid("there is no such file");
  if (status.type() == fs::file_type::directory) return invalid("it is a folder, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid(std::strerror(errno));
  return content_of(file);
}

// The one entry of a folder whose name differs from this in case only.
std::optional<fs::path> entry_in_other_case(const fs::path& folder, const std::string& name) {
  std::optional<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
    if (lower(entry.path().filename().string()) != lower(name)) continue;
    if (found) return std::nullopt;
    found = folder / entry.path().filename();
  }
  return found;
}

// Models come from Windows, where DATA.csv is Data.csv: the file that a path means there, if it is one only.
std::optional<std::string> in_other_case(const std::string& path) {
  fs::path found;
  for (const auto& part : fs::path(path)) {
    std::error_code error;
    if (fs::exists(found / part, error)) {
      found /= part;
    } else if (auto other = entry_in_other_case(found, part.string())) {
      found = std::move(*other);
    } else {
      return std::nullopt;
    }
  }
  return found.string();
}

// The numbers that stand in other files come from beside the model's own.
model::data::FileSource files_beside(const std::string& path) {
  return [path](const std::string& name) -> Result<std::string> {
    const std::string file = found_path(model::data::beside(path, name));
    auto content = content_of(file);
    if (!content)
      return failure(content.error().code, content.error().message + " (looked in '" + file + "')");
    return content;
  };
}

void add_lint(const model::Model& of, model::Model& to) {
  auto warnings = compiler::lint(of);
  std::move(warnings.begin(), warnings.end(), std::back_inserter(to.warnings));
  std::stable_sort(
      to.warnings.begin(), to.warnings.end(), [](const model::Warning& a, const model::Warning& b) {
        return std::tie(a.location.line, a.location.column) < std::tie(b.location.line, b.location.column);
      });
}

// An error is not reported as lint, too.
void drop_lint_at_errors(ModelReading& reading) {
  std::erase_if(reading.model.warnings, [&](const model::Warning& warning) {
    const FileLocation location = model::source_location(reading.model, warning.location);
    return location.line > 0 && std::any_of(reading.errors.begin(), reading.errors.end(),
                                            [&](const Error& error) { return error.location == location; });
  });
}

model::Model sound(ModelReading reading) {
  if (!reading.errors.empty()) throw CommandFailed(std::move(reading.errors));
  return std::move(reading.model);
}

ModelReading try_text(const std::string& given, std::string_view text) {
  const bool is_piped_in = given == kPipedIn;
  const std::string path = is_piped_in ? "standard input" : given;
  const auto read = is_piped_in ? model::formats::reader_of_text(text) : model::formats::reader_for(path);
  if (read == nullptr)
    return {.errors = {invalid("'" + path + "' is not a model file: its name must end in one of " +
                               model::formats::extensions())}};
  auto partly = read(text, path);
  ModelReading reading;
  reading.model.files = partly.model.files;
  reading.model.warnings = partly.model.warnings;
  if (partly.errors.empty()) {
    const bool needs_files = !model::data::files_of(partly.model).empty();
    auto resolved =
        model::data::resolve(needs_files ? partly.model : std::move(partly.model), files_beside(path));
    if (resolved) {
      reading.model = std::move(*resolved);
      add_lint(reading.model, reading.model);
      return reading;
    }
  }
  add_lint(partly.model, reading.model);
  reading.errors = compiler::diagnostics_in(std::move(partly), files_beside(path));
  drop_lint_at_errors(reading);
  return reading;
}

}  // namespace

std::string found_path(const std::string& path) {
  const auto paths = model::data::paths_of(path);
  const auto found =
      std::find_if(paths.begin(), paths.end(), [](const auto& each) { return fs::exists(each); });
  if (found != paths.end()) return *found;
  for (const std::string& each : paths)
    if (auto other = in_other_case(each)) return std::move(*other);
  return paths.front();
}

std::string read_input(const std::string& path) {
  auto content = content_of(path);
  if (!content)
    throw CommandFailed(
        failure(content.error().code, "cannot read '" + path + "': " + content.error().message));
  return std::move(*content);
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) throw CommandFailed(invalid("cannot write '" + path + "': " + std::strerror(errno)));
}

std::string extension_of(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

ModelReading try_model(const std::string& path) {
  auto content = content_of(path);
  if (content) return try_text(path, *content);
  return {
      .errors = {failure(content.error().code, "cannot read '" + path + "': " + content.error().message)}};
}

model::Model read_model(const std::string& path, std::string_view text) {
  return sound(try_text(path, text));
}

model::Model read_model(const std::string& path) {
  return sound(try_model(path));
}

void note_warnings(const model::Model& model, Terminal& terminal) {
  for (const auto& warning : model.warnings) {
    const std::string location = to_string(model::source_location(model, warning.location));
    terminal.note(location + (location.empty() ? "" : ": ") + "warning: " + printable(warning.message));
  }
}

}  // namespace flowyard::controller::cli

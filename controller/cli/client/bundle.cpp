#include "controller/cli/client/bundle.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>

#include "common/base/text.hpp"
#include "controller/cli/client/folder.hpp"
#include "controller/cli/model/file.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/formats/reader.hpp"
#include "controller/rest/submission.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxBytes = 180u << 20;  // of one file; base64 makes it a third more on the way

// The content, or what keeps it from being read: "there is no such file".
Result<std::string> read_for_bundle(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return invalid("there is no such file");
  if (status.type() == fs::file_type::directory) return invalid("it is a folder, not a file");
  if (error) return invalid(error.message());
  if (!fs::is_regular_file(status)) return invalid("it is not a regular file");
  const auto size = fs::file_size(path, error);
  if (!error && size > kMaxBytes) return invalid("it is larger than 180 MiB");
  std::ifstream file(path, std::ios::binary);
  std::string content;
  // Read by size and not to the end: a file that grows meanwhile must not fill the memory.
  content.resize(static_cast<std::size_t>(size));
  if (!file) return invalid(std::strerror(errno));
  file.read(content.data(), static_cast<std::streamsize>(size));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return invalid(std::strerror(errno));
  return content;
}

// What is piped in, up to the same size.
Result<std::string> read_standard_input() {
  std::string content, piece(std::size_t{1} << 16, '\0');
  while (std::cin.read(piece.data(), static_cast<std::streamsize>(piece.size())), std::cin.gcount() > 0) {
    content.append(piece, 0, static_cast<std::size_t>(std::cin.gcount()));
    if (content.size() > kMaxBytes) return invalid("it is larger than 180 MiB");
  }
  return content;
}

bool continues_path(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '/' || c == '.' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// In one of the folders below `folder`, or there itself.
bool is_within(const std::string& path, const std::string& folder) {
  const auto relative = fs::path(path).lexically_relative(folder.empty() ? "." : folder);
  return !relative.empty() && *relative.begin() != "..";
}

// What the models that were sent read, by their own word: each with whether it lies where the experiment or
// that model does. A model may come from anywhere, and must not make other files travel.
std::map<std::string, bool> files_of_models(const experiment::Bundle& bundle) {
  std::map<std::string, bool> files;
  for (const auto& sent : bundle.files) {
    const auto reader = model::formats::reader_for(sent.path);
    if (reader == nullptr) continue;
    const auto read = reader(sent.content, sent.path);
    for (const auto& [name, location] : model::data::files_of(read.model)) {
      const std::string path = model::data::beside(sent.path, name);
      files[path] |= is_within(path, "") || is_within(path, fs::path(sent.path).parent_path().string());
    }
  }
  return files;
}

// Nothing if the file may travel.
std::optional<std::string> why_not_sent(const experiment::Bundle& bundle, const std::string& path,
                                        const std::map<std::string, bool>& of_models) {
  const bool is_named = experiment::is_folder(path) ? is_built_from(path, bundle.text)
                                                    : !path.empty() && is_named_in(path, bundle.text);
  if (is_named) return std::nullopt;
  const auto found = of_models.find(path);
  if (found == of_models.end())
    return "the controller asks for '" + path + "', which the experiment does not name; it is not sent";
  if (found->second) return std::nullopt;
  return "'" + path +
         "' lies neither in the folder of the experiment nor in that of the model, nor below; it is not sent";
}

bool has_key(std::string_view text, std::string_view key) {
  const std::string line = "\n" + std::string(key) + ":";
  return text.starts_with(std::string_view(line).substr(1)) || text.find(line) != text.npos;
}

// By its name, or in YAML by what only the one and only the other kind of file has at its top.
bool is_model(const std::string& path, std::string_view text) {
  if (model::formats::reader_for(path) == nullptr) return false;
  const std::string ending = fs::path(path).extension().string();
  if (ending != ".yaml" && ending != ".yml") return true;
  return (has_key(text, "stocks") || has_key(text, "auxiliaries")) && !has_key(text, "model") &&
         !has_key(text, "scenarios");
}

// As another way of writing it: "./models/m.mdl" for "models/m.mdl".
bool is_word_in(std::string_view path, std::string_view text) {
  for (auto from = text.begin(); from != text.end();) {
    const auto end = std::find_if_not(from, text.end(), continues_path);
    const fs::path word(from, end);
    if (word.has_parent_path() && word.lexically_normal() == path) return true;
    from = std::find_if(end, text.end(), continues_path);
  }
  return false;
}

// Line and column of the first byte that is not UTF-8, found as the end of the longest good beginning.
FileLocation first_bad_byte(const std::string& file, const std::string& text) {
  FileLocation location{file, 1, 1};
  std::size_t at = 0;
  for (std::size_t end; at < text.size(); at = end) {
    end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    if (!is_utf8(std::string_view(text).substr(at, end - at))) break;
    location.column = text[at] == '\n' ? 1 : location.column + 1;
    location.line += text[at] == '\n' ? 1 : 0;
  }
  return location;
}

}  // namespace

bool is_named_in(std::string_view path, std::string_view text) {
  for (auto at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
    const auto end = at + path.size();
    const bool begins = at == 0 || !continues_path(text[at - 1]);
    const bool ends = end == text.size() || !continues_path(text[end]);
    if (begins && ends) return true;
  }
  return is_word_in(path, text);
}

bool is_built_from(const std::string& folder, std::string_view text) {
  constexpr std::string_view kKey = "build:", kEnds = " \t\r\n,}\"'#";
  for (auto at = text.find(kKey); at != text.npos; at = text.find(kKey, at + 1)) {
    auto word = text.substr(at + kKey.size());
    word.remove_prefix(std::min(word.find_first_not_of(" \t\"'"), word.size()));
    word = word.substr(0, word.find_first_of(kEnds));
    const auto named = fs::path(experiment::folder_as_file(std::string(word))).lexically_normal();
    if (!word.empty() && named == fs::path(folder).lexically_normal()) return true;
  }
  return false;
}

Result<ExperimentFile> read_experiment_file(const std::string& path) {
  auto text = path == "-" ? read_standard_input() : read_for_bundle(path);
  if (!text) {
    auto error = invalid("cannot read the experiment file: " + text.error().message, {path, 0, 0});
    return error;
  }
  if (is_model(path, *text)) {
    return invalid("this is a model, not an experiment: run it with 'flowyard model run " + path +
                       "', or write an experiment file with 'model: " + fs::path(path).filename().string() +
                       "'",
                   {path, 1, 1});
  }
  if (!is_utf8(*text)) {
    return invalid("this is not UTF-8 text; save the file as UTF-8", first_bad_byte(path, *text));
  }
  ExperimentFile experiment;
  experiment.bundle.file_name = path == "-" ? "standard input" : path;
  experiment.bundle.text = std::move(*text);
  experiment.folder = fs::path(path).parent_path().string();
  return experiment;
}

Results<void> add_files(ExperimentFile& experiment, const std::vector<experiment::MissingFile>& wanted) {
  Errors errors;
  const auto of_models = files_of_models(experiment.bundle);
  for (const auto& file : wanted) {
    if (auto why = why_not_sent(experiment.bundle, file.path, of_models)) {
      errors.push_back(Error{
          .code = ErrorCode::Denied, .message = std::move(*why), .location = file.location, .context = {}});
      continue;
    }
    const fs::path path = found_path((fs::path(experiment.folder) / file.path).string());
    auto content = experiment::is_folder(file.path) ? pack_folder(path) : read_for_bundle(path);
    if (content) {
      experiment.bundle.files.push_back({file.path, std::move(*content)});
    } else {
      errors.push_back(
          invalid("cannot read '" + path.string() + "': " + content.error().message, file.location));
    }
  }
  if (!errors.empty()) return errors;
  return {};
}

}  // namespace flowyard::controller::cli

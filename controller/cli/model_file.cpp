#include "controller/cli/model_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "controller/cli/failure.hpp"
#include "controller/cli/text.hpp"
#include "worker/model/any/reader.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;
namespace model = worker::model;

[[noreturn]] void refuse(const std::string& path, const std::string& why,
                         ErrorCode code = ErrorCode::Invalid) {
  throw CommandFailed(failure(code, "cannot read '" + path + "': " + why));
}

}  // namespace

std::string read_file(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) refuse(path, "there is no such file");
  if (status.type() == fs::file_type::directory) refuse(path, "it is a folder, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, std::strerror(errno));
  // One byte more than may be, to know whether there is more; pipes have no size to ask for.
  std::string content;
  char block[1 << 16];
  while (file.read(block, sizeof block), file.gcount() > 0) {
    content.append(block, static_cast<std::size_t>(file.gcount()));
    if (content.size() > model::max_model_bytes) refuse(path, "it is larger than 64 MiB", ErrorCode::Limit);
  }
  if (file.bad()) refuse(path, std::strerror(errno));
  return content;
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

model::Model read_model(const std::string& path, std::string_view text) {
  const auto reader = model::any::reader_for(path);
  if (reader == nullptr) {
    throw CommandFailed(invalid("'" + path + "' is not a model file: its name must end in one of " +
                                model::any::extensions()));
  }
  auto read = reader(text, path);
  if (!read) throw CommandFailed(std::move(read.error()));
  return std::move(*read);
}

model::Model read_model(const std::string& path) {
  if (model::any::reader_for(path) == nullptr) return read_model(path, "");
  return read_model(path, read_file(path));
}

void note_warnings(const model::Model& model, Terminal& terminal) {
  for (const auto& warning : model.warnings) {
    const std::string place = to_string(model::source_place(model, warning.place));
    terminal.note(place + (place.empty() ? "" : ": ") + "warning: " + printable(warning.message));
  }
}

}  // namespace flowyard::controller::cli

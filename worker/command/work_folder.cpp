#include "worker/command/work_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "common/base/whole_file.hpp"

namespace flowyard::worker::command {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kReadOnly = 0444;
constexpr mode_t kReadAndRun = 0555;  // a program among the files may be the command itself

struct File {
  fs::path path;
  std::string content;
};

Result<std::vector<File>> files_in(std::string_view bundle_json) {
  std::vector<File> files;
  try {
    const auto bundle = nlohmann::json::parse(bundle_json);
    for (const auto& file : bundle.at("files")) {
      auto content = file.at("content").get<std::string>();
      if (file.value("encoding", "") == "base64") {
        auto bytes = from_base64(content);
        if (!bytes) return bytes.error();
        content = std::move(*bytes);
      }
      files.push_back({fs::path(file.at("path").get<std::string>()).lexically_normal(), std::move(content)});
    }
  } catch (const nlohmann::json::exception& error) {
    return invalid(std::string("the bundle cannot be read: ") + error.what());
  }
  return files;
}

// Where a path of the experiment's lies from the folder in which the program runs.
fs::path below(const fs::path& path) {
  return path.is_absolute() ? "absolute" / path.relative_path() : path;
}

// How many levels a normalised path leads upwards: 2 for "../../models/a.mdl".
std::size_t levels_up(const fs::path& path) {
  std::size_t levels = 0;
  for (const auto& part : path) levels += part == ".." ? 1 : 0;
  return levels;
}

bool is_program(std::string_view content) {
  return content.starts_with("#!") || content.starts_with(
                                          "\x7f"
                                          "ELF");
}

}  // namespace

WorkFolder::WorkFolder(const std::string& parent) : root_(parent + "/run-XXXXXX") {
  if (::mkdtemp(root_.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make a folder in " + parent);
  fs::create_directory(home());
  fs::create_directory(temporary());
  files_ = root_ + "/files";
  fs::create_directory(files_);
}

WorkFolder::~WorkFolder() {
  if (descriptor_ >= 0) ::close(descriptor_);
  std::error_code
      ignored;  // a program may have removed our permission to a folder; it is removed with the container
  fs::remove_all(root_, ignored);
}

Result<void> WorkFolder::unpack(std::string_view bundle_json) {
  auto files = files_in(bundle_json);
  if (!files) return files.error();
  // Deep enough for paths that lead up from the experiment's folder to stay below ours.
  std::size_t up = 0;
  for (const auto& file : *files) up = std::max(up, levels_up(file.path));
  for (std::size_t level = 0; level < up; ++level) files_ += "/e";
  fs::create_directories(files_);
  for (const auto& file : *files) {
    const fs::path name = below(file.path), place = fs::path(files_) / name;
    fs::create_directories(place.parent_path());
    write_file(place.string(), file.content, is_program(file.content) ? kReadAndRun : kReadOnly);
    names_.insert(name.string());
  }
  descriptor_ = ::open(files_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return {};
}

std::string WorkFolder::place_of(const std::string& path) const {
  const auto normal = fs::path(path).lexically_normal();
  if (!normal.is_absolute()) return path;
  auto name = below(normal).string();
  return names_.contains(name) ? name : path;
}

void WorkFolder::clear_temporary() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(temporary(), ignored)) fs::remove_all(entry, ignored);
  fs::remove_all(result_file(), ignored);
}

}  // namespace flowyard::worker::command

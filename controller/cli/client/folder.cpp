#include "controller/cli/client/folder.hpp"

#include <algorithm>
#include <fnmatch.h>

#include "common/base/tar.hpp"
#include "common/base/whole_file.hpp"
#include "controller/experiment/file/build_context.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 20'000;

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto length = std::min(path.find('/'), path.size());
    if (length > 0) parts.emplace_back(path.substr(0, length));
    path.remove_prefix(std::min(length + 1, path.size()));
  }
  return parts;
}

using Part = std::vector<std::string>::const_iterator;

// All parts of the pattern, and as many of the path's: what lies in a folder that fits is left out with it.
bool fits(Part pattern, Part pattern_end, Part path, Part path_end) {
  if (pattern == pattern_end) return true;
  if (*pattern == "**") {
    for (auto rest = path;; ++rest) {
      if (fits(pattern + 1, pattern_end, rest, path_end) && rest != path_end) return true;
      if (rest == path_end) return false;
    }
  }
  if (path == path_end || ::fnmatch(pattern->c_str(), path->c_str(), 0) != 0) return false;
  return fits(pattern + 1, pattern_end, path + 1, path_end);
}

class Packer {
 public:
  explicit Packer(const fs::path& folder)
      : folder_(folder), rules_(read_file_if_there((folder / ".dockerignore").string()).value_or("")) {}

  Result<std::string> pack() {
    if (auto all = add_folder(folder_); !all) return all.error();
    return archive_ + tar_end();
  }

 private:
  Result<void> add_folder(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> paths;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error))
      paths.push_back(entry->path());
    if (error) return invalid("'" + folder.string() + "': " + error.message());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths)
      if (auto added = add(path); !added) return added;
    return {};
  }

  Result<void> add(const fs::path& path) {
    const std::string within = path.lexically_relative(folder_).generic_string();
    const auto status = fs::symlink_status(path);
    const bool is_recipe = path.filename().string().find("Dockerfile") != std::string::npos;
    const bool is_out = rules_.leave_out(within) && !is_recipe;
    if (fs::is_directory(status)) {
      if (!is_out) add_entry(within, TarEntry::Kind::Folder, 0755);
      return add_folder(path);  // something in it may stay
    }
    if (is_out) return {};
    if (!fs::is_regular_file(status))
      return invalid("'" + within + "' in it is " + (fs::is_symlink(status) ? "a link" : "no plain file") +
                     "; name it in its .dockerignore, or copy what it leads to");
    std::error_code error;
    if (fs::file_size(path, error) > experiment::file::kMostOfContext) return too_large();
    auto content = read_file_if_there(path.string());
    if (!content) return invalid("'" + within + "' in it cannot be read");
    const bool runs = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
    add_entry(within, TarEntry::Kind::File, runs ? 0755 : 0644, std::move(*content));
    if (archive_.size() > experiment::file::kMostOfContext) return too_large();
    if (entries_ > kMostEntries)
      return invalid("there are more than " + std::to_string(kMostEntries) +
                     " files in it; name in its "
                     ".dockerignore what the image does not need");
    return {};
  }

  void add_entry(const std::string& path, TarEntry::Kind kind, int mode, std::string content = {}) {
    TarEntry entry;
    entry.path = path;
    entry.kind = kind;
    entry.mode = mode;
    entry.content = std::move(content);
    archive_ += tar_entry(entry);
    ++entries_;
  }

  static Error too_large() {
    return invalid("there are more than " + std::to_string(experiment::file::kMostOfContext >> 20) +
                   " MiB in it; name in its .dockerignore what the image does not need");
  }

  fs::path folder_;
  IgnoreRules rules_;
  std::string archive_;
  std::size_t entries_ = 0;
};

}  // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    const bool keeps = line.front() == '!';
    if (keeps) line.erase(0, 1);
    rules_.push_back({fs::path(line).lexically_normal().generic_string(), keeps});
  }
}

bool IgnoreRules::leave_out(const std::string& path) const {
  const auto parts = parts_of(path);
  bool out = false;
  for (const auto& rule : rules_) {
    const auto pattern = parts_of(rule.pattern == "." ? "**" : rule.pattern);
    if (fits(pattern.begin(), pattern.end(), parts.begin(), parts.end())) out = !rule.keeps;
  }
  return out;
}

Result<std::string> pack_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return invalid("there is no such folder");
  return Packer(folder.has_filename() ? folder : folder.parent_path()).pack();
}

}  // namespace flowyard::controller::cli

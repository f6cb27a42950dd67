#include "controller/service/shared_files.hpp"

#include <filesystem>
#include <map>

#include "common/base/tar.hpp"

namespace flowyard::controller::service {
namespace {

namespace fs = std::filesystem;

constexpr int kNobody = 65534;

fs::path below(const fs::path& path) {
  fs::path inside;
  for (const auto& part : path.lexically_normal()) {
    if (part != ".." && part != "." && !part.empty()) inside /= part;
  }
  return inside;
}

TarEntry entry_of(const fs::path& path, TarEntry::Kind kind) {
  TarEntry entry;
  entry.path = path.generic_string();
  entry.kind = kind;
  entry.mode = 0755;  // a bundle does not know which of its files are programs
  entry.user = entry.group = kNobody;
  return entry;
}

}  // namespace

std::string shared_files(const std::vector<experiment::BundleFile>& files) {
  std::map<fs::path, TarEntry> entries;  // folders before what is in them
  for (const auto& file : files) {
    const fs::path given(file.path);
    auto path = below(given.relative_path());
    if (experiment::is_folder(file.path)) continue;  // for who builds the image
    if (path.empty()) continue;
    if (given.is_absolute()) path = "absolute" / path;
    for (auto folder = path.parent_path(); !folder.empty(); folder = folder.parent_path())
      entries.try_emplace(folder, entry_of(folder, TarEntry::Kind::Folder));
    auto entry = entry_of(path, TarEntry::Kind::File);
    entry.content = file.content;
    entries.insert_or_assign(path, std::move(entry));
  }
  std::vector<TarEntry> all;
  for (auto& [path, entry] : entries) all.push_back(std::move(entry));
  return write_tar(all);
}

}  // namespace flowyard::controller::service

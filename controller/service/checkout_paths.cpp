#include "controller/service/checkout_paths.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>

#include "common/yaml/flow.hpp"
#include "controller/experiment/file/overrides_text.hpp"
#include "controller/results/archive.hpp"

namespace flowyard::controller::service {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& text) {
  return text.find_first_not_of("0123456789") == std::string::npos;
}

// What a checkout writes itself, whatever the extension of its tables.
bool is_ours(const fs::path& path) {
  static constexpr std::array<std::string_view, 4> kFolders = {"workers", "logs", "experiment.yaml",
                                                               "manifest.json"};
  static constexpr std::array<std::string_view, 5> kTables = {"scenarios", "outcomes", "series",
                                                              "across_regions", "results"};
  const std::string first = path.begin()->string();
  // Files that programs wrote stand there by the number of their scenario.
  if (first == "files" && std::distance(path.begin(), path.end()) > 1 &&
      is_number(std::next(path.begin())->string()))
    return true;
  const std::string stem = path.has_parent_path() ? "" : path.stem().string();
  return std::find(kFolders.begin(), kFolders.end(), first) != kFolders.end() ||
         std::find(kTables.begin(), kTables.end(), stem) != kTables.end();
}

// Below files/: without what leads out of the folder, and where no other file is.
std::string inside(const std::string& named, const std::set<std::string>& taken) {
  fs::path path;
  for (const auto& part : fs::path(named).relative_path().lexically_normal())
    if (part != ".." && part != "." && !part.empty()) path /= part;
  path = (path.has_parent_path() && is_number(path.begin()->string()) ? fs::path("files/inputs")
                                                                      : fs::path("files")) /
         path;
  const fs::path folder = path.parent_path();
  std::string free = path.string();
  for (int number = 2; taken.contains(free); ++number)
    free =
        (folder / (path.stem().string() + "-" + std::to_string(number) + path.extension().string())).string();
  return free;
}

}  // namespace

Result<experiment::Bundle> for_checkout(const experiment::Bundle& bundle) {
  experiment::Bundle moved = bundle;
  std::set<std::string> taken;
  experiment::Overrides overrides;
  const auto stays = [](const std::string& path) { return results::is_safe_path(path) && !is_ours(path); };
  for (auto& file : moved.files) {
    file.path = fs::path(file.path).lexically_normal().string();
    if (stays(file.path)) taken.insert(file.path);
  }
  for (auto& file : moved.files) {
    if (stays(file.path)) continue;
    const std::string place = inside(file.path, taken);
    taken.insert(place);
    overrides.push_back({.key = "files", .of = file.path, .value = yaml::quoted(place)});
    file.path = place;
  }
  auto text = experiment::file::with_overrides(bundle.file_name, bundle.text, overrides);
  if (!text) return text.error();
  moved.text = std::move(*text);
  return moved;
}

}  // namespace flowyard::controller::service

#include "controller/spec/models.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "worker/model/any/reader.hpp"
#include "worker/model/yaml/read.hpp"

namespace flowyard::controller::spec {
namespace {

namespace model = worker::model;

std::string normal(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

}  // namespace

Models::Models(const domain::Bundle& bundle) {
  for (const auto& file : bundle.files) files_[normal(file.path)] = &file.content;
}

std::uint32_t Models::add(const DraftModel& source, Diagnostics& found) {
  const auto same = std::find_if(models_.begin(), models_.end(), [&](const LoadedModel& m) {
    return source.in_place ? m.source.place == source.place : m.source.path == source.path;
  });
  const auto number = static_cast<std::uint32_t>(same - models_.begin());
  if (same != models_.end()) return number;
  if (!source.in_place && model::any::reader_for(source.path) == nullptr)
    found.add(source.place, "'" + source.path + "' is not a model file: its name must end in one of " +
                                model::any::extensions());
  models_.push_back({.source = source, .model = {}, .program = nullptr});
  return number;
}

std::vector<domain::MissingFile> Models::missing() const {
  std::vector<domain::MissingFile> missing;
  for (const auto& [source, model, program] : models_)
    if (!source.in_place && model::any::reader_for(source.path) != nullptr && !files_.contains(source.path))
      missing.push_back({source.path, source.place});
  return missing;
}

bool Models::load(const std::string& file_name, Diagnostics& found) {
  bool good = true;
  for (auto& loaded : models_) {
    const auto& source = loaded.source;
    const auto reader = model::any::reader_for(source.path);
    if (!source.in_place && reader == nullptr) {
      good = false;
      continue;
    }
    auto read = source.in_place ? model::yaml::read_tree(*source.in_place, file_name)
                                : reader(*files_.at(source.path), source.path);
    if (read) {
      loaded.model = std::move(*read);
    } else {
      found.add(read.error());
      good = false;
    }
  }
  return good;
}

}  // namespace flowyard::controller::spec

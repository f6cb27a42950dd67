#include "controller/spec/models.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "worker/model/vensim/reader.hpp"
#include "worker/model/xmile/read.hpp"
#include "worker/model/yaml/read.hpp"

namespace flowyard::controller::spec {
namespace {

namespace model = worker::model;

// One line for each kind of model file.
constexpr std::array<std::pair<std::string_view, ModelReader>, 5> readers{{
    {".mdl", &model::vensim::read},
    {".xmile", &model::xmile::read},
    {".stmx", &model::xmile::read},
    {".yaml", &model::yaml::read},
    {".yml", &model::yaml::read},
}};

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

std::string normal(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

}  // namespace

ModelReader model_reader_for(const std::string& path) {
  const std::string extension = extension_of(path);
  for (const auto& [known, reader] : readers)
    if (known == extension) return reader;
  return nullptr;
}

std::string model_extensions() {
  std::string list;
  for (const auto& [known, reader] : readers) list += (list.empty() ? "" : ", ") + std::string(known);
  return list;
}

Models::Models(const domain::Bundle& bundle) {
  for (const auto& file : bundle.files) files_[normal(file.path)] = &file.content;
}

std::uint32_t Models::add(const DraftModel& source, Diagnostics& found) {
  const auto same = std::find_if(models_.begin(), models_.end(), [&](const LoadedModel& m) {
    return source.in_place ? m.source.place == source.place : m.source.path == source.path;
  });
  const auto number = static_cast<std::uint32_t>(same - models_.begin());
  if (same != models_.end()) return number;
  if (!source.in_place && model_reader_for(source.path) == nullptr)
    found.add(source.place,
              "'" + source.path + "' is not a model file: its name must end in one of " + model_extensions());
  models_.push_back({.source = source, .model = {}, .program = nullptr});
  return number;
}

std::vector<domain::MissingFile> Models::missing() const {
  std::vector<domain::MissingFile> missing;
  for (const auto& [source, model, program] : models_)
    if (!source.in_place && model_reader_for(source.path) != nullptr && !files_.contains(source.path))
      missing.push_back({source.path, source.place});
  return missing;
}

bool Models::load(const std::string& file_name, Diagnostics& found) {
  bool good = true;
  for (auto& loaded : models_) {
    const auto& source = loaded.source;
    const auto reader = model_reader_for(source.path);
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

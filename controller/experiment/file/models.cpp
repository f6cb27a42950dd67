#include "controller/experiment/file/models.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "common/base/text.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/model/data/feed.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/formats/reader.hpp"
#include "controller/model/yaml/read.hpp"

namespace flowyard::controller::experiment::file {
namespace {

std::string normal(const std::string& path) {
  auto clean = std::filesystem::path(path).lexically_normal().string();
  return experiment::is_folder(path) ? experiment::folder_as_file(clean) : clean;
}

}  // namespace

Models::Models(const experiment::Bundle& bundle, std::map<std::string, std::string> elsewhere,
               std::stop_token stop)
    : stop_(std::move(stop)), elsewhere_(std::move(elsewhere)) {
  for (const auto& file : bundle.files) files_[normal(file.path)] = &file.content;
  for (const auto& [name, place] : elsewhere_)
    if (const auto there = files_.find(place); there != files_.end()) files_[name] = there->second;
}

const std::string& Models::travels_as(const std::string& path) const {
  const auto place = elsewhere_.find(path);
  return place == elsewhere_.end() ? path : place->second;
}

std::uint32_t Models::add(const ParsedModel& source, const std::vector<ParsedData>& data,
                          model::Diagnostics& found) {
  const auto same_data = [](const ParsedData& a, const ParsedData& b) { return a.path == b.path; };
  const auto same = std::find_if(models_.begin(), models_.end(), [&](const LoadedModel& m) {
    return (source.in_location ? m.source.location == source.location : m.source.path == source.path) &&
           std::equal(m.data.begin(), m.data.end(), data.begin(), data.end(), same_data);
  });
  const auto number = static_cast<std::uint32_t>(same - models_.begin());
  if (same != models_.end()) return number;
  if (!source.in_location && model::formats::reader_for(source.path) == nullptr)
    found.error(source.location, DiagnosticCode::NotAModel,
                "'" + source.path + "' is not a model file: its name must end in one of " +
                    model::formats::extensions());
  models_.push_back({.source = source, .data = data, .model = {}, .program = nullptr});
  return number;
}

std::uint32_t Models::add(StandIn stand_in, const ParsedModel& source) {
  models_.push_back({.stands_in = true,
                     .source = source,
                     .data = {},
                     .model = std::move(stand_in.model),
                     .program = nullptr,
                     .series = std::move(stand_in.series)});
  return static_cast<std::uint32_t>(models_.size() - 1);
}

std::vector<experiment::MissingFile> Models::missing() const {
  std::vector<experiment::MissingFile> missing;
  const auto want = [&](const std::string& path, const FileLocation& location) {
    const bool known =
        files_.contains(path) || std::any_of(missing.begin(), missing.end(),
                                             [&](const auto& m) { return m.path == travels_as(path); });
    if (!known) missing.push_back({travels_as(path), location});
  };
  for (const auto& loaded : models_) {
    const auto& source = loaded.source;
    if (!loaded.stands_in && !source.in_location && model::formats::reader_for(source.path) != nullptr)
      want(source.path, source.location);
    for (const auto& data : loaded.data) want(data.path, data.location);
  }
  for (const auto& other : others_) want(other.path, other.location);
  return missing;
}

std::vector<experiment::MissingFile> Models::missing_of_models() const {
  std::vector<experiment::MissingFile> missing;
  std::set<std::string> seen;
  for (const auto& loaded : models_) {
    for (const auto& [name, location] : model::data::files_of(loaded.model)) {
      const std::string path = model::data::beside(loaded.source.path, name);
      if (sent(path) == nullptr && seen.insert(path).second) missing.push_back({travels_as(path), location});
    }
  }
  return missing;
}

// Models come from Windows, where DATA.csv is Data.csv: where there is no such path, the one that differs
// from it in case only.
const std::string* Models::sent(const std::string& path) const {
  if (const auto exact = files_.find(path); exact != files_.end()) return exact->second;
  const std::string* found = nullptr;
  for (const auto& [other, content] : files_) {
    if (lower(other) != lower(path)) continue;
    if (found != nullptr) return nullptr;
    found = content;
  }
  return found;
}

model::data::FileSource Models::files_beside(const std::string& path) const {
  return [this, path](const std::string& name) -> Result<std::string> {
    const std::string* content = sent(model::data::beside(path, name));
    return content == nullptr ? Result<std::string>(invalid("the experiment's files lack it"))
                              : Result<std::string>(*content);
  };
}

bool Models::resolve(LoadedModel& loaded, model::Diagnostics& found) const {
  auto resolved = model::data::resolve(std::move(loaded.model), files_beside(loaded.source.path));
  if (!resolved) {
    found.errors(resolved.error());
    return false;
  }
  loaded.model = std::move(*resolved);
  return true;
}

// Files that gave this model numbers go to `used`.
void Models::feed(LoadedModel& loaded, std::set<std::string>& used, model::Diagnostics& found) const {
  for (const auto& data : loaded.data) {
    const auto numbers = model::data::read_numbers(*files_.at(data.path), data.path);
    if (!numbers) {
      found.errors(numbers.error());
      used.insert(data.path);
      continue;
    }
    const auto warnings = loaded.model.warnings.size();
    const auto fed = model::data::feed_data(loaded.model, *numbers, data.path);
    // A column that this model does not know may be another's.
    if (models_.size() > 1) loaded.model.warnings.resize(warnings);
    if (!fed) found.errors(fed.error());
    if (!fed || *fed > 0) used.insert(data.path);
  }
}

bool Models::take_numbers(model::Diagnostics& found) {
  const auto before = found.count();
  std::set<std::string> used, reported;
  for (auto& loaded : models_)
    if (resolve(loaded, found)) feed(loaded, used, found);
  // A file may be for one of several models only.
  for (const auto& loaded : models_)
    for (const auto& data : loaded.data)
      if (!used.contains(data.path) && reported.insert(data.path).second)
        found.error(model::data::feeds_nothing(loaded.model, data.location));
  return found.count() == before;
}

// A model whose files have not been sent is not compiled: all its data would be reported missing.
Errors Models::diagnostics_in(model::PartlyRead partly, const std::string& path) const {
  for (const auto& [name, location] : model::data::files_of(partly.model))
    partly.worth_compiling &= sent(model::data::beside(path, name)) != nullptr;
  return compiler::diagnostics_in(std::move(partly), files_beside(path), stop_);
}

bool Models::load(const std::string& file_name, model::Diagnostics& found) {
  bool good = true;
  for (auto& loaded : models_) {
    if (loaded.stands_in) continue;
    const auto& source = loaded.source;
    if (!source.in_location && model::formats::reader_for(source.path) == nullptr) {
      good = false;
      continue;
    }
    auto read = source.in_location
                    ? model::yaml::read_tree(*source.in_location, file_name)
                    : model::formats::reader_for(source.path)(*files_.at(source.path), source.path);
    if (read.errors.empty()) {
      loaded.model = std::move(read.model);
    } else {
      found.errors(diagnostics_in(std::move(read), source.path));
      good = false;
    }
  }
  return good;
}

}  // namespace flowyard::controller::experiment::file

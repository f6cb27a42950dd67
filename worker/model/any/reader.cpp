#include "worker/model/any/reader.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "worker/model/vensim/reader.hpp"
#include "worker/model/xmile/read.hpp"
#include "worker/model/yaml/read.hpp"

namespace flowyard::worker::model::any {
namespace {

// A reader that makes nothing of a file with errors.
template <Reader reader>
Reading all_or_nothing(std::string_view bytes, const std::string& file_name) {
  auto model = reader(bytes, file_name);
  if (!model) return {.errors = std::move(model.error())};
  return {.model = std::move(*model)};
}

struct Kind {
  std::string_view extension;
  Reader read;
  Examiner examine;
};

// One line for each kind of model file.
constexpr std::array<Kind, 7> kinds{{
    {".mdl", &vensim::read, &all_or_nothing<&vensim::read>},
    {".xmile", &xmile::read, &xmile::examine},
    {".stmx", &xmile::read, &xmile::examine},
    {".itmx", &xmile::read, &xmile::examine},
    {".xml", &xmile::read, &xmile::examine},
    {".yaml", &yaml::read, &all_or_nothing<&yaml::read>},
    {".yml", &yaml::read, &all_or_nothing<&yaml::read>},
}};

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

const Kind* kind_of(const std::string& path) {
  const std::string extension = extension_of(path);
  for (const Kind& kind : kinds)
    if (kind.extension == extension) return &kind;
  return nullptr;
}

}  // namespace

Reader reader_for(const std::string& path) {
  const Kind* kind = kind_of(path);
  return kind == nullptr ? nullptr : kind->read;
}

Examiner examiner_for(const std::string& path) {
  const Kind* kind = kind_of(path);
  return kind == nullptr ? nullptr : kind->examine;
}

std::string extensions() {
  std::string list;
  for (const Kind& kind : kinds) list += (list.empty() ? "" : ", ") + std::string(kind.extension);
  return list;
}

}  // namespace flowyard::worker::model::any

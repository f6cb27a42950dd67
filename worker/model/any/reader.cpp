#include "worker/model/any/reader.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "worker/model/vensim/reader.hpp"
#include "worker/model/xmile/read.hpp"
#include "worker/model/yaml/read.hpp"

namespace flowyard::worker::model::any {
namespace {

// One line for each kind of model file.
constexpr std::array<std::pair<std::string_view, Reader>, 7> readers{{
    {".mdl", &vensim::read},
    {".xmile", &xmile::read},
    {".stmx", &xmile::read},
    {".itmx", &xmile::read},
    {".xml", &xmile::read},
    {".yaml", &yaml::read},
    {".yml", &yaml::read},
}};

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

}  // namespace

Reader reader_for(const std::string& path) {
  const std::string extension = extension_of(path);
  for (const auto& [known, reader] : readers)
    if (known == extension) return reader;
  return nullptr;
}

PartlyRead read_partly(std::string_view bytes, const std::string& path) {
  const Reader reader = reader_for(path);
  if (reader == &vensim::read) return vensim::read_partly(bytes, path);
  auto read = reader(bytes, path);
  if (!read) return {.errors = std::move(read.error())};
  return {.model = std::move(*read), .worth_compiling = true};
}

std::string extensions() {
  std::string list;
  for (const auto& [known, reader] : readers) list += (list.empty() ? "" : ", ") + std::string(known);
  return list;
}

}  // namespace flowyard::worker::model::any

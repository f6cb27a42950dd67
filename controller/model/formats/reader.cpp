#include "controller/model/formats/reader.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "controller/model/vensim/reader.hpp"
#include "controller/model/vensim/source_text.hpp"
#include "controller/model/xmile/read.hpp"
#include "controller/model/xmile/source_text.hpp"
#include "controller/model/yaml/read.hpp"

namespace flowyard::controller::model::formats {
namespace {

// One line for each kind of model file.
constexpr std::array<std::pair<std::string_view, Reader>, 7> kReaders{{
    {".mdl", &vensim::read_partly},
    {".xmile", &xmile::read_partly},
    {".stmx", &xmile::read_partly},
    {".itmx", &xmile::read_partly},
    {".xml", &xmile::read_partly},
    {".yaml", &yaml::read_partly},
    {".yml", &yaml::read_partly},
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
  for (const auto& [known, reader] : kReaders)
    if (known == extension) return reader;
  return nullptr;
}

Reader reader_of_text(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  const std::string_view text = first == bytes.npos ? "" : bytes.substr(first);
  const bool is_utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  if (text.starts_with('<') || is_utf16) return &xmile::read_partly;
  const auto tilde = text.find('~');
  const bool has_equations = tilde != text.npos && text.find('|', tilde) != text.npos;
  return has_equations && text.find("stocks:") == text.npos ? &vensim::read_partly : &yaml::read_partly;
}

std::string decoded(std::string_view bytes, const std::string& path) {
  const Reader reader = reader_for(path);
  if (reader == &vensim::read_partly) return vensim::decode(bytes).text;
  if (reader == &xmile::read_partly)
    if (auto text = xmile::decode(bytes, path)) return std::move(*text);
  return std::string(bytes);
}

std::string extensions() {
  std::string list;
  for (const auto& [known, reader] : kReaders) list += (list.empty() ? "" : ", ") + std::string(known);
  return list;
}

}  // namespace flowyard::controller::model::formats

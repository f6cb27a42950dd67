#include "controller/experiment/file/file_name.hpp"

#include <filesystem>

#include "controller/experiment/file/fields.hpp"

namespace flowyard::controller::experiment::file {
namespace {

// The path of a file that travels with the experiment, or nothing after reporting why it cannot.
std::optional<std::string> path_in(const std::string& word, const FileLocation& location,
                                   model::Diagnostics& found) {
  if (word.find("://") != word.npos) {
    found.error(location, DiagnosticCode::WrongValue,
                "'" + word +
                    "' is an address, and nothing is fetched from the network: download it and name "
                    "the file");
    return std::nullopt;
  }
  if (word.starts_with('~') && word.find('/') != word.npos) {
    found.error(location, DiagnosticCode::WrongValue,
                "'~' means your home folder only in a shell: write the whole path of '" + word +
                    "', or one from the experiment's own folder");
    return std::nullopt;
  }
  return std::filesystem::path(word).lexically_normal().string();
}

}  // namespace

std::optional<ParsedData> read_file_name(const yaml::Node& node, const std::string& what,
                                         model::Diagnostics& found) {
  const auto word = text_in(node, what, found);
  const auto path = word ? path_in(*word, node.location, found) : std::nullopt;
  if (!path) return std::nullopt;
  return ParsedData{*path, node.location};
}

}  // namespace flowyard::controller::experiment::file

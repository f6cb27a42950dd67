// The folder of conformance cases, where this machine has one: FLOWYARD_CONFORMANCE, or shared/conformance
// beside or above the source tree. Empty where there is none; tests then skip.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace flowyard::test {

inline std::filesystem::path conformance_folder(std::filesystem::path source) {
  if (const char* given = std::getenv("FLOWYARD_CONFORMANCE")) return given;
  for (; source.has_relative_path(); source = source.parent_path()) {
    const auto folder = source.parent_path() / "shared" / "conformance";
    if (std::filesystem::exists(folder / "cases.tsv")) return folder;
  }
  return {};
}

}  // namespace flowyard::test

// Templates: the files that `flowyard init` writes, in the program itself. They stand in the folders beside
// this file, one for each kind of experiment.
#pragma once

#include <string_view>
#include <vector>

namespace flowyard::controller::cli {

struct Template {
  std::string_view kind;  // "native", "python", ...: the folder
  std::string_view file;
  std::string_view text;
};

const std::vector<Template>& templates();

}  // namespace flowyard::controller::cli

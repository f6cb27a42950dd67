// Reads the block `overrides:` and merges it into the rest of the tree before the sections are read: errors
// in a value have its location in the block. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml/tree.hpp"
#include "controller/experiment/index_set.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

struct ParsedOverrides {
  std::optional<experiment::IndexSet> only;
  bool trace = false;
  FileLocation only_location;
  std::vector<std::uint64_t> rounds;  // Design::rounds; empty: as the file says
  FileLocation rounds_location;
  std::map<std::string, std::string> files;  // by the name that the experiment has for it: where it is
  // All of it, for people: by dotted key ("workers.count"), as YAML.
  std::map<std::string, std::string> said;
};

// `root` is the experiment. Where it has no such block, nothing happens.
ParsedOverrides lay_over_file(yaml::Node& root, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file

// Annotations: what the models of an experiment say of their variables beyond numbers, for tables and files
// of results. Where models differ, what the first one says. A plain value.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace flowyard::controller::experiment {

struct Annotations {
  std::map<std::string, std::string> units;  // by the key of a variable's name (model::key_of)
  std::string time_units;
  std::vector<std::string> outcome_units;  // of each outcome; empty where they are not known
  // Subscripts and their elements.
  std::vector<std::pair<std::string, std::vector<std::string>>> dimensions;

  bool operator==(const Annotations&) const = default;
};

}  // namespace flowyard::controller::experiment

// Symbols: which names a file declares, collected before any equation is read, since the parsing of a
// subscript depends on whether a name is an element or a variable. Owned by one read(); a plain value.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "controller/model/model.hpp"

namespace flowyard::controller::model::xmile {

struct Symbols {
  std::unordered_set<std::string> variables;  // keys, unqualified, of all models of the file
  std::unordered_set<std::string> macros;
  std::unordered_map<std::string, Dimension> dimensions;  // members are elements only
  // By the key of the dimension: from the key of each member to its position, from 0.
  std::unordered_map<std::string, std::unordered_map<std::string, std::size_t>> positions;
  std::unordered_set<std::string> elements;

  bool is_subscript(const std::string& key) const {
    return dimensions.contains(key) || elements.contains(key);
  }

  bool declared(const std::string& key) const { return variables.contains(key) || macros.contains(key); }
};

}  // namespace flowyard::controller::model::xmile

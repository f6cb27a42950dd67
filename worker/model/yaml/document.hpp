// Document: a YAML text as a tree with the place of every key and value. Made from the parser's events,
// because the library's own tree swallows duplicate keys and expands aliases without limit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::model::yaml {

struct Node {
  enum class Kind { Null, Scalar, List, Map };
  Kind kind = Kind::Null;
  std::string text;     // Scalar
  bool quoted = false;  // Scalar: written in quotes or as a block, so never a number or truth value
  std::vector<Node> items;        // List; Map: the values
  std::vector<std::string> keys;  // Map
  std::vector<SourcePlace> key_places;
  SourcePlace place;

  // The value at a key, nullptr if there is none.
  const Node* find(std::string_view key) const;
};

// Bad syntax, duplicate keys, aliases and more than one document are errors.
Results<Node> read_document(std::string_view text, const std::string& file_name);

}  // namespace flowyard::worker::model::yaml

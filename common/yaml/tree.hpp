// A small tree of a YAML text in which every node has its location, for the readers of files written by
// people (experiments, models). It is built from yaml-cpp's events rather than its nodes, which silently keep
// the last of two equal keys. Plain values, owned by whoever parsed; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"
#include "common/base/result.hpp"

namespace flowyard::yaml {

enum class Kind { Null, Scalar, Sequence, Mapping };

// How a scalar was written: only a plain one may be read as a number or a boolean.
enum class Style { Plain, Quoted, Literal, Folded };

struct Entry;

struct Node {
  Kind kind = Kind::Null;
  Style style = Style::Plain;
  std::string text = {};  // of a scalar
  FileLocation location = {};
  std::vector<Node> items = {};  // of a sequence
  std::vector<Entry> entries;    // of a mapping, in file order, keys unique; no `= {}`: still incomplete here

  bool is_null() const { return kind == Kind::Null; }
  bool is_scalar() const { return kind == Kind::Scalar; }
  bool is_sequence() const { return kind == Kind::Sequence; }
  bool is_mapping() const { return kind == Kind::Mapping; }

  // The value of a key of a mapping, or nullptr.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  FileLocation location;  // of the key
  Node value;
};

// Limits of the tree with aliases expanded: a small text can refer to an anchor many times.
struct Limits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t nodes = 500'000;
  std::size_t depth = 64;
};

struct Document {
  Node root;
  Errors problems;       // duplicate keys leave the tree readable (the first one stands); the rest do not
  bool readable = true;  // false: only `problems` means anything
};

// Reads the one document of a text. `file` is only the name that places carry. Aliases are expanded in
// place and keep the place of what they stand for; "<<" merges mappings.
Document parse(const std::string& file, std::string_view text, const Limits& limits = {});

// The place of byte `offset` of a scalar's text: exact for scalars of one line without escapes, the right
// line in a literal block, and the start of the scalar otherwise.
FileLocation location_in(const Node& scalar, std::size_t offset);

// What a node is, for messages: "a list", "a mapping", "nothing", "the text 'abc'", "the number 12".
std::string describe(const Node& node);

}  // namespace flowyard::yaml

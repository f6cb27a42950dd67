#include "common/yaml/tree.hpp"

#include <algorithm>

#include "common/yaml/scalar.hpp"

namespace flowyard::yaml {

const Node* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

FileLocation location_in(const Node& scalar, std::size_t offset) {
  FileLocation location = scalar.location;
  const auto before = std::string_view(scalar.text).substr(0, offset);
  if (scalar.style == Style::Literal) {
    location.line += 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    location.column = 0;
    return location;
  }
  const bool one_line = scalar.text.find('\n') == std::string::npos;
  if (scalar.style == Style::Folded || !one_line) return location;
  location.column += static_cast<int>(before.size()) + (scalar.style == Style::Quoted ? 1 : 0);
  return location;
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return "nothing";
    case Kind::Sequence:
      return node.items.empty() ? "an empty list" : "a list";
    case Kind::Mapping:
      return node.entries.empty() ? "an empty mapping" : "a mapping";
    case Kind::Scalar:
      break;
  }
  constexpr std::size_t kShown = 40;
  const std::string text = node.text.size() <= kShown ? node.text : node.text.substr(0, kShown) + "...";
  if (number_of(node)) return "the number " + text;
  if (boolean_of(node)) return text;
  return "the text '" + text + "'";
}

}  // namespace flowyard::yaml

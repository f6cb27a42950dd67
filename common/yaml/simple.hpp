// The plain part of YAML, read without yaml-cpp, which takes most of the time that reading a model takes:
// block and flow collections, plain and quoted scalars of one line, literal blocks, comments. Whatever else a
// text has (anchors, tags, folded blocks, several documents, escapes, mistakes), it is not read here at all,
// so that yaml-cpp decides about it and words what is wrong. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/yaml/tree.hpp"

namespace flowyard::yaml {

// The document that yaml-cpp would give, places and all; nothing where more than the plain part is needed.
std::optional<Document> parse_simple(const std::string& file, std::string_view text, const Limits& limits);

// Any text, by yaml-cpp.
Document parse_any(const std::string& file, std::string_view text, const Limits& limits);

}  // namespace flowyard::yaml

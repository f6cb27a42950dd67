// The inverse of parse(): a node as one line of YAML. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/yaml/tree.hpp"

namespace flowyard::yaml {

// In flow style, on one line: "[3, 10-19]", "{workers.memory: 64MiB}". Reads back as the same tree.
std::string flow_text(const Node& node);

// A text as a scalar that reads back as that text, and as no number: in quotes wherever it might not.
std::string quoted(std::string_view text);

}  // namespace flowyard::yaml

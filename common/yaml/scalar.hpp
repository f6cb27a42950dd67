// Reading typed values from scalars of the YAML tree, by the rules of YAML 1.2's core schema: only plain
// scalars are numbers or booleans, and "yes", "on" and "0x1F" are texts like any other. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "common/yaml/tree.hpp"

namespace flowyard::yaml {

// 12, -0.5, 1e3, +.5, .inf, -.inf, .nan; nothing for anything else.
std::optional<double> number_of(const Node& node);

// A whole number within the range of the type; 1e3 and 4.0 count as whole.
std::optional<std::int64_t> integer_of(const Node& node);

// true, True, TRUE, false, False, FALSE.
std::optional<bool> boolean_of(const Node& node);

}  // namespace flowyard::yaml

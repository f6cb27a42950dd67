// infix: an expression as text that the readers of XMILE and of YAML understand. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/model/expression.hpp"

namespace flowyard::controller::model {

enum class Spelling { Xmile, Yaml };

// What has no spelling: a text in XMILE, a transposition in YAML, numbers that stand outside the model.
struct Unwritable {
  SourceLocation location = {};
  std::string what = {};
};

// Reads back as the same tree (`a - -1` for a number below zero aside). No brackets beyond those needed, but
// always around NOT and between comparisons, where the two languages disagree.
std::string infix(const Expression& expression, Spelling spelling, std::vector<Unwritable>& unwritable);

// A name as it stands in an expression: with underscores, or in quotes.
std::string written(const Name& name);

// The shortest text that reads back as the same number.
std::string written(double value);

}  // namespace flowyard::controller::model

// scope: where an expression is lowered: in the model or in one call of a macro, in which mode, and with
// which elements standing for the ranges that it names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/symbols.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::compiler {

using ScopeId = std::uint32_t;
using model::Expression;

// Initial: at the start, where stocks and delays are their initial values. Step: at every step.
enum class Mode : std::uint8_t { Initial, Step };

enum class Setting : std::uint32_t { Start, Stop, Step, SaveEvery };

// The element currently bound to a range.
struct Binding {
  std::optional<RangeId> range;  // none: the left-hand side names the element itself
  ElementId element = 0;
};

struct Context {
  bool in_outcome = false;  // calls may be reductions
  ScopeId scope = 0;
  Mode mode = Mode::Step;
  std::vector<Binding> left;       // by position of the left-hand side
  std::vector<Binding> iterating;  // ranges that an aggregation runs over; the innermost last
  std::string owner;               // the variable, and around it the calls of macros; for random streams
  // The variable's element whose equation this is, and what stands for it where it may name itself.
  std::uint32_t symbol = 0;
  std::size_t flat = 0;
  std::optional<NodeId> held = {};
};

// The model itself (scope 0), or one call of a macro for one element.
struct Scope {
  const Symbols* symbols = nullptr;
  const model::Macro* macro = nullptr;
  const Expression* call = nullptr;
  Context caller;
  int depth = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> first_stock;  // by symbol
  std::vector<std::uint32_t> values[2];  // instances by mode and element of Symbols; ~0: none so far
};

}  // namespace flowyard::controller::compiler

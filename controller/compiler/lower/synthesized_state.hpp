// synthesized state: the state behind a call: the call it belongs to, its initial and its next value.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "controller/compiler/lower/dimensions.hpp"
#include "controller/compiler/lower/scope.hpp"

namespace flowyard::controller::compiler {

// Which place of which equation, for which elements; and which of the things that one call needs.
struct CallSite {
  const Expression* location;
  ScopeId scope;
  std::vector<ElementId> elements;
  int part;
  auto operator<=>(const CallSite&) const = default;  // NOLINT(modernize-use-nullptr): there is no 0 here
};

// The synthesized objects by call, by their number in the program.
struct CallMemory {
  std::map<CallSite, std::uint32_t> stocks, states, lines, shifts, captured, streams;
  std::unordered_map<std::uint64_t, std::uint64_t> streams_of_owner;  // how many so far
  std::map<CallSite, NodeId> blocks;                    // that several elements of one equation read, by mode
  std::map<std::uint32_t, std::uint32_t> times_tables;  // by table: the one of its x values
};

// Lowers something in the mode of the context.
using Maker = std::function<NodeId(const Context&)>;

// One of the stocks of a delay of higher order.
struct DelayStage {
  int number;  // 1 takes the input
  int order;
  std::size_t initial_at;  // argument
  bool with_history;       // of the delay time
};

// A pipe of a length that stays; part as with synthesized_stock.
struct SynthesizedLine {
  Maker initial;
  Maker input;
  Maker length;  // at the start
};

}  // namespace flowyard::controller::compiler

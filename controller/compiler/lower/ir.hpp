// ir: the result of lowering: instances, and everything of the program with state, each referring to the
// instances of its initial and next values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/scope.hpp"

namespace flowyard::controller::compiler {

using InstanceId = std::uint32_t;

struct Instance {
  enum class Kind : std::uint8_t { Value, StockInitial, StockRate, Deferred };
  Kind kind = Kind::Value;
  Mode mode = Mode::Step;
  bool lowered = false;
  ScopeId scope = 0;  // of all but Deferred, with the next two
  std::uint32_t symbol = 0;
  std::uint32_t flat = 0;
  std::uint32_t number = 0;  // of the stock, or of how it is made
  NodeId root = 0;
};

// How an instance is lowered that is not an element of a variable.
struct DeferredNode {
  std::function<NodeId()> make;
  std::string name;  // for messages about loops
};

struct StockItem {
  std::string name;
  std::string element;
  bool synthesized = false;
  bool non_negative = false;
  InstanceId initial = 0;
  InstanceId rate = 0;
};
struct StateItem {
  InstanceId initial = 0;
  InstanceId next = 0;
};
struct DelayItem {
  InstanceId initial = 0;
  InstanceId input = 0;
  InstanceId length = 0;
  engine::DelayKind kind = engine::DelayKind::Fixed;
  InstanceId length_now = 0;  // where it may change
  InstanceId otherwise = 0;   // Material
};
struct ShiftItem {
  std::uint32_t first = 0;  // stock
  std::uint32_t count = 0;
  InstanceId condition = 0;
  InstanceId accumulate = 0;
  InstanceId value = 0;
};
struct ConveyorItem {
  struct Leak {
    double zone_start = 0;
    double zone_end = 1;
    bool integers = false;
    InstanceId fraction = 0;  // at the start
  };
  std::uint32_t stock = 0;
  bool exponential = false;
  bool discrete = false;
  InstanceId inflow = 0;
  InstanceId length = 0;
  InstanceId length_now = 0;
  InstanceId sample = 0;
  InstanceId arrest = 0;
  InstanceId flows = 0;
  std::vector<Leak> leaks;
  std::vector<double> initial_list;
};
// A conveyor or queue of the model, before its items are made, and what one of its flows is to it.
struct MaterialStock {
  ScopeId scope = 0;
  std::uint32_t symbol = 0;
  bool queue = false;
  bool end_missing = false;             // a conveyor with leaks only
  std::vector<std::uint32_t> outflows;  // symbols; of a conveyor the end first, then the leaks
  std::uint32_t first_item = 0;
};
struct Role {
  std::uint32_t material_stock = 0;
  std::uint32_t position = 0;
};
struct QueueItem {
  std::uint32_t stock = 0;
  std::vector<engine::QueueOutflow> outflows;
  InstanceId flows = 0;
};
struct ReductionItem {
  engine::ReductionKind kind = engine::ReductionKind::Last;
  InstanceId input = 0;
  InstanceId at = 0;  // ValueAt
};

}  // namespace flowyard::controller::compiler

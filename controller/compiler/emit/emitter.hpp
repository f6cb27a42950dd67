// Emitter: the state of one call of emit().
//
// The parts of the class stand in emit.cpp (what is asked for), emit_slots.cpp, emit_sections.cpp and
// emit_tables.cpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "controller/compiler/emit/emit.hpp"

namespace flowyard::controller::compiler {

using engine::Code;
using engine::Instruction;
using engine::Program;
using engine::Slot;

inline constexpr Slot kNoSlot = ~Slot{0};
inline constexpr std::size_t kForever = ~std::size_t{0};

class Emitter {
 public:
  Emitter(const LowerContext& lowering, const Resolved& resolved, const Wanted& wanted,
          model::Diagnostics& diagnostics)
      : l_(lowering),
        g_(resolved.graph),
        roots_(resolved.roots),
        wanted_(wanted),
        diagnostics_(diagnostics) {}

  Program run();

 private:
  // A value computed in one section and kept in a slot of its own for others.
  struct Pin {
    Slot slot;
    NodeId node;
  };
  // Nodes of one or more sections that run after each other, with slots used again after the last use.
  struct Sections {
    std::vector<std::pair<NodeId, Code*>> order;
    std::vector<std::size_t> last_use;  // by node; kForever for what must stay
  };

  using Marks = std::vector<std::uint8_t>;

  NodeId root(InstanceId instance) const { return roots_[instance]; }
  bool computes(NodeId node) const {
    const NodeKind kind = g_.at(node).kind;
    return kind == NodeKind::Operation || kind == NodeKind::Block || kind == NodeKind::Extract;
  }

  // emit.cpp
  void classify();
  void gather_roots();

  // emit_slots.cpp
  Slot fresh(std::size_t count = 1);
  void lay_out_leaves();
  Slot leaf_slot(NodeId node) const;
  void give_own_slot(NodeId node);
  // Slots after those that keep their meaning from start to end.
  Slot first_temporary() const;
  // A rate that is itself a stock or state must be read before that changes.
  Slot settled(NodeId node);

  // emit_sections.cpp
  // By node: whether it is computed and one of these needs it.
  Marks needed_by(std::initializer_list<const std::vector<NodeId>*> roots) const;
  static std::vector<NodeId> nodes_of(const std::vector<Pin>& pins);
  void emit_invariants();
  Instruction instruction_of(NodeId node) const;
  void emit(NodeId node, Code& code);
  void emit_copy(Slot target, Slot from, Code& code);
  void allocate_and_emit(Sections& sections);
  // Single slots of ordinary operations; targets of array instructions are contiguous and not shared, and so
  // does what is computed once a step, for trial evaluations read it later.
  bool reusable(NodeId node) const;
  void uses(NodeId node, std::size_t at, Sections& sections) const;
  void emit_initial();
  void emit_steps();

  // emit_tables.cpp
  void copy_tables();
  void emit_finish();
  void fill_program_tables();
  // With all parameters at their defaults; NaN where a lookup or more is needed to know.
  void default_times();

  const LowerContext& l_;
  const Graph& g_;
  const std::vector<NodeId>& roots_;
  const Wanted& wanted_;
  model::Diagnostics& diagnostics_;
  Program p_;
  Marks invariant_;         // depends on parameters and literals only
  Marks known_at_end_;      // a reduction, invariant, or made of such
  std::vector<Slot> slot_;  // by node, in the section being emitted
  std::vector<Slot> invariant_slots_;
  std::vector<Slot> step_slots_;
  std::vector<Slot> free_slots_;
  Slot first_state_ = 0;
  Slot first_delay_ = 0;
  Slot first_delay_length_ = 0;
  std::vector<Slot> first_conveyor_;  // its length, then its leak fractions
  Slot first_captured_ = 0;
  Slot first_setting_ = 0;
  Slot first_reduction_ = 0;
  NodeId setting_nodes_[4] = {};
  std::vector<Pin> initial_pins_;
  std::vector<Pin> step_pins_;
  std::vector<NodeId> initial_roots_;
  std::vector<NodeId> rate_nodes_;
  std::vector<NodeId> save_nodes_;
  std::vector<NodeId> finish_nodes_;
};

}  // namespace flowyard::controller::compiler
